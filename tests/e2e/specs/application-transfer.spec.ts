// Calls by an application: what either agent does with his part of it by Flex's own transfer buttons. Each has a task and a
// conference of Flex's own; the other one is what Flex takes for the customer.
import { expect, test } from "../helpers/test";
import { type Agent } from "../helpers/agent";
import type { Sandbox } from "../helpers/sandbox";
import { APPLICATION, configure, CONFERENCE } from "../helpers/strategies";
import { expectHears, toColleague } from "../helpers/transfers";
import { Ears } from "../helpers/who-hears";

async function talk(sandbox: Sandbox, alice: Agent, bob: Agent): Promise<Ears> {
  const ears = new Ears(sandbox);
  await alice.call(bob.name);
  await bob.expectRinging();
  await bob.accept();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"] });
  return ears;
}

test.beforeAll(async ({ sandbox, agents }) => {
  await configure(sandbox, agents, APPLICATION);
});

test.afterAll(async ({ sandbox, agents }) => {
  await configure(sandbox, agents, CONFERENCE);
});

test("the caller hands her part on to Carol, cold, and Carol back to her: Bob stays in the call", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const carol = await agents.at("carol", 3);
  const ears = await talk(sandbox, alice, bob);
  await toColleague(alice, "Transfer to", "carol");
  await carol.expectRinging();
  await expectHears(ears, { bob: ["music"], alice: [] });
  await alice.expectNoTasks();
  await carol.accept();
  await expectHears(ears, { bob: ["carol"], carol: ["bob"], alice: [] });
  await expect(alice.told(/did not come back|missed/)).toHaveCount(0);
  await toColleague(carol, "Transfer to", "alice");
  await alice.expectRinging();
  await carol.complete(bob.name);
  await alice.accept();
  await expectHears(ears, { bob: ["alice"], alice: ["bob"], carol: [] });
  await bob.hangUp();
  await expect(alice.hangUpButton).toBeHidden();
  await alice.complete(bob.name);
  for (const agent of [alice, bob, carol]) await agent.expectNoTasks();
  await agents.close();
});

test("a consult that Carol rejects leaves Alice and Bob as they were", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const carol = await agents.at("carol", 3);
  const ears = await talk(sandbox, alice, bob);
  await toColleague(alice, "Consult", "carol");
  await carol.expectRinging();
  await expectHears(ears, { bob: ["music"] });
  await carol.rejectButton.click();
  await carol.expectNoTasks();
  await alice.unhold();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"] });
  await alice.hangUp();
  await expect(bob.hangUpButton).toBeHidden();
  for (const agent of [alice, bob]) await agent.expectNoTasks();
  await agents.close();
});
