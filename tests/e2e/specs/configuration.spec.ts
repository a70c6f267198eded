// What is wanting is told at the start, by the name of its key and who can set it; not at the first call.
import { expect, test } from "../helpers/test";

const flow = (change: object | null) => ({ outbound_call_flows: { default: change } });
const data = (change: object) => ({ ui_attributes: { custom_data: change } });

const wanting: [what: string, patch: object, sentence: RegExp][] = [
  ["outbound_call_flows", flow(null), /not set up: outbound_call_flows\.default is missing or wrong\. .* in the Flex configuration/],
  ["its caller id", flow({ caller_id: "" }), /outbound_call_flows\.default\.caller_id is missing or wrong/],
  ["a workflow that is none of this workspace's", flow({ workflow_sid: `WW${"f".repeat(32)}` }), /outbound_call_flows\.default\.workflow_sid is missing or wrong/],
  ["the functions' domain", data({ serverless_functions_domain: null }), /ui_attributes\.custom_data\.serverless_functions_domain is missing or wrong/],
  ["functions that nobody reaches", data({ serverless_functions_port: "9" }), /will not work: Backline's functions at http:\/\/functions\.localhost:9 do not answer .* check serverless_functions_domain/],
];

test.afterEach(async ({ sandbox, agents }) => {
  await sandbox.overlayConfiguration({});
  await sandbox.setAttributes("alice", { contact_uri: "client:alice" });
  await agents.close();
});

for (const [what, patch, sentence] of wanting) {
  test(`wanting: ${what}`, async ({ sandbox, agents }) => {
    await agents.close();
    await sandbox.overlayConfiguration(patch);
    const alice = await agents.at("alice");
    await expect(alice.told(sentence)).toBeVisible();
  });
}

test("wanting: the agent's own phone", async ({ sandbox, agents }) => {
  await agents.close();
  await sandbox.setAttributes("alice", { contact_uri: null });
  const alice = await agents.at("alice");
  await expect(alice.told(/worker attribute contact_uri is missing or wrong\. .* on your worker in TaskRouter/)).toBeVisible();
});
