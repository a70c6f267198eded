// A call to a TwiML application that Flex itself dials (StartOutboundCall), with a stand-in for what answers it: two tasks,
// two of Flex's own conferences, one conversation. The plugin's part is not needed for it.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Agent } from "../helpers/agent";
import { APPLICATION_SID, INTERNAL_CALLS_QUEUE_SID, INTERNAL_CALL_WORKFLOW_SID, type Sandbox, workerSid } from "../helpers/sandbox";
import { type Agents, expect, test } from "../helpers/test";
import { expectHears } from "../helpers/transfers";
import { Ears } from "../helpers/who-hears";

/** A name that no part of the way may take for something else. */
const NAME = 'Añã "Q" & <co> +1=2?#%41 ليلى 😀';

/** What Flex calls such a task in the list, unless its string is another (TaskLineOutboundCallHeader). */
const DIALLED = `app:${APPLICATION_SID}`;

/** What the application was asked with, at last. */
let asked: URLSearchParams;
let server: Server;

/** Everything that XML and JSON may not carry as it is. */
const escaped = (text: string) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

test.beforeAll(async ({ sandbox }) => {
  const ringback = `http://functions.localhost:${sandbox.port}/internal-call/common/ringback`;
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (more: Buffer) => (body += more.toString()));
    request.on("end", () => {
      asked = new URLSearchParams(body);
      const task = {
        name: asked.get("from"),
        worker_sid: asked.get("worker_sid"),
        internal_call: { caller_worker: workerSid("alice") },
      };
      response.setHeader("content-type", "text/xml");
      response.end(
        `<Response><Enqueue workflowSid="${INTERNAL_CALL_WORKFLOW_SID}" waitUrl="${ringback}" waitUrlMethod="GET">` +
          `<Task>${escaped(JSON.stringify(task))}</Task></Enqueue></Response>`,
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await sandbox.answerApplication(`http://localhost:${(server.address() as AddressInfo).port}/voice`);
});

test.afterAll(async ({ sandbox }) => {
  await sandbox.answerApplication(`http://functions.localhost:${sandbox.port}/internal-call/common/enqueue`);
  server.close();
});

/** Alice dials the application, which enqueues her call for Bob. */
async function placed(sandbox: Sandbox, agents: Agents): Promise<{ alice: Agent; bob: Agent; ears: Ears }> {
  const bob = await agents.at("bob");
  const alice = await agents.at("alice");
  await bob.become("Available");
  await acceptsFromTheAccount(bob);
  const query = new URLSearchParams({ worker_sid: workerSid("bob"), from: NAME });
  const payload = {
    destination: `app:${APPLICATION_SID}?${query.toString()}`,
    queueSid: INTERNAL_CALLS_QUEUE_SID,
    taskAttributes: { name: "Bob Brown" },
  };
  await alice.page.evaluate(async (given) => {
    const flex = (window as unknown as { Twilio: { Flex: { Actions: { invokeAction(name: string, payload: object): Promise<unknown> } } } }).Twilio.Flex;
    await flex.Actions.invokeAction("StartOutboundCall", given);
  }, payload);
  await bob.expectRinging();
  return { alice, bob, ears: new Ears(sandbox) };
}

/** An application's SID is nobody's caller ID: the leg of whoever accepts such a task needs another. */
async function acceptsFromTheAccount(agent: Agent): Promise<void> {
  await agent.page.evaluate(() => {
    interface Payload {
      task: { attributes: { to?: string } };
      conferenceOptions: { from?: string };
    }
    const page = window as unknown as {
      acceptsFromTheAccount?: true;
      Twilio: { Flex: { Actions: { addListener(name: string, listener: (payload: Payload) => void): void } } };
    };
    if (page.acceptsFromTheAccount) return;
    page.acceptsFromTheAccount = true;
    page.Twilio.Flex.Actions.addListener("beforeAcceptTask", ({ task, conferenceOptions }) => {
      if (/^AP[0-9a-f]{32}$/.test(task.attributes.to ?? "")) conferenceOptions.from = "+15005550006";
    });
  });
}

test("Flex dials an application as it is written, and the two agents talk through both conferences", async ({ sandbox, agents }) => {
  const { alice, bob, ears } = await placed(sandbox, agents);
  expect(asked.get("from")).toBe(NAME);
  expect(asked.get("worker_sid")).toBe(workerSid("bob"));
  expect(asked.get("To")).toBe(APPLICATION_SID);
  await expect(bob.tasks).toContainText(NAME);
  await expectHears(ears, { alice: ["wait"] });
  await bob.accept();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"] });
  const { telephony } = await sandbox.state();
  expect(telephony.conferences.filter(({ status }) => status === "in-progress").map(({ participants }) => participants.length)).toEqual([2, 2]);
  await alice.page.screenshot({ path: "../../target/e2e-application-caller.png" });
  await bob.page.screenshot({ path: "../../target/e2e-application-callee.png" });
  // Flex's own hold, on either side.
  await alice.hold();
  await expectHears(ears, { bob: ["music"], alice: [] });
  await alice.unhold();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"] });
  await bob.hold();
  await expectHears(ears, { alice: ["music"], bob: [] });
  await bob.unhold();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"] });
  await bob.hangUp();
  await bob.complete(NAME);
  await alice.complete(DIALLED);
});

test("a caller who hangs up while it rings takes the offer back", async ({ sandbox, agents }) => {
  const { alice, bob } = await placed(sandbox, agents);
  await alice.hangUp();
  await bob.expectNoTasks();
  await alice.complete(DIALLED);
});

test("a caller who hangs up ends the callee's call too", async ({ sandbox, agents }) => {
  const { alice, bob, ears } = await placed(sandbox, agents);
  await bob.accept();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"] });
  await alice.hangUp();
  await alice.complete(DIALLED);
  await bob.complete(NAME);
});
