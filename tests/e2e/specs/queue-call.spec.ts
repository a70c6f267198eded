import type { Agent } from "../helpers/agent";
import { expect, test } from "../helpers/test";

const queues = (alice: Agent) => alice.page.getByRole("listbox", { name: "Select a queue" }).getByRole("option");

async function openQueues(alice: Agent): Promise<void> {
  await alice.openDialpad();
  await alice.page.getByRole("tab", { name: "Call Queue" }).click();
  await alice.page.getByRole("combobox", { name: "Select a queue" }).click();
}

test("those queues are listed that the workflow of internal calls leads to, and all where that cannot be known", async ({ sandbox, agents }) => {
  const reached = ["Everyone", "Sales", "Support"];
  await agents.close();
  const alice = await agents.at("alice");
  await sandbox.forgetRequests();
  await openQueues(alice);
  await expect(queues(alice)).toHaveText(reached);
  const asked = async () => (await sandbox.requests()).map(({ name }) => name);
  expect(await asked()).toContain("functions:flex/queues");

  await agents.close();
  await sandbox.setFaults([{ target: "functions:flex/queues", effect: { fail: 500 } }]);
  const again = await agents.at("alice");
  await openQueues(again);
  await expect(queues(again)).toHaveText(["Everyone", "Internal Calls", "Sales", "Support"]);
});
