// Calls by a conference of the functions: a colleague is added to a call in which two talk. Flex knows nothing of that conference,
// so each of the others is shown below the call's buttons, with his own hold and removal.
import type { Locator } from "@playwright/test";
import { type Agents, expect, test } from "../helpers/test";
import { type Agent, talk } from "../helpers/agent";
import { add, canvas } from "../helpers/company";
import { conversations } from "../helpers/pair";
import type { Sandbox } from "../helpers/sandbox";
import { begin, expectNeverOnTwo, holdAndAnswer } from "../helpers/several";
import { expectHears } from "../helpers/transfers";
import { Ears } from "../helpers/who-hears";

const company = (agent: Agent) => canvas(agent).getByRole("region", { name: "Also in this call" });
const row = (agent: Agent, other: Agent): Locator => company(agent).getByRole("listitem").filter({ hasText: other.name });

interface Three {
  alice: Agent;
  bob: Agent;
  carol: Agent;
  ears: Ears;
}

/** Alice calls Bob. */
async function two(sandbox: Sandbox, agents: Agents): Promise<Three> {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const carol = await agents.at("carol", 3);
  await talk(sandbox, alice, bob);
  return { alice, bob, carol, ears: new Ears(sandbox) };
}

async function three(sandbox: Sandbox, agents: Agents): Promise<Three> {
  const all = await two(sandbox, agents);
  await add(all.alice, all.carol.name);
  await all.carol.expectRinging();
  await all.carol.accept();
  await expectHears(all.ears, { alice: ["bob", "carol"], bob: ["alice", "carol"], carol: ["alice", "bob"] });
  for (const agent of [all.alice, all.bob]) await expect(row(agent, all.carol)).toContainText("In the call");
  return all;
}

async function expectAllFree({ alice, bob, carol }: Three): Promise<void> {
  for (const agent of [alice, bob, carol]) await agent.expectNoTasks();
}

test("the callee adds Carol, who reads who it is and who is there; all three hear each other, and the caller leaves the two to themselves", async ({ sandbox, agents }) => {
  const all = await two(sandbox, agents);
  const { alice, bob, carol, ears } = all;
  const conversation = await conversations(sandbox);
  await add(bob, carol.name);
  await carol.expectRinging();
  await expect(row(alice, carol)).toContainText("Ringing");
  await carol.tasks.first().click();
  await expect(carol.status.filter({ hasText: "adding you" })).toContainText(`${bob.name} is adding you to a call.`);
  await expect(carol.page.getByRole("region", { name: "Also in this call" }).getByRole("listitem")).toHaveText([/Alice.*In the call/, /Bob.*In the call/]);
  await carol.page.screenshot({ path: "../../target/e2e-parties-offered.png" });
  // As before, while she only rings.
  await expectHears(ears, { alice: ["bob"], bob: ["alice"], carol: [] });
  await carol.accept();
  await expectHears(ears, { alice: ["bob", "carol"], bob: ["alice", "carol"], carol: ["alice", "bob"] });
  expect(await conversations(sandbox), "for Flex Insights it is one").toEqual(conversation);
  for (const agent of [alice, bob, carol]) {
    await expect(company(agent).getByRole("listitem")).toHaveCount(2);
    await expect(company(agent).getByText("In the call")).toHaveCount(2);
    await agent.page.screenshot({ path: `../../target/e2e-parties-${agent.identity}.png` });
  }
  await alice.hangUp();
  await expectHears(ears, { alice: [], bob: ["carol"], carol: ["bob"] });
  await alice.expectNoTasks();
  for (const agent of [bob, carol]) await expect(row(agent, alice)).toContainText("Left the call");
  await bob.hangUp();
  await expectAllFree(all);
});

test("the callee leaves first, and whoever was added hangs up last: it is over for the caller, too", async ({ sandbox, agents }) => {
  const all = await three(sandbox, agents);
  const { alice, bob, carol, ears } = all;
  await bob.hangUp();
  await expectHears(ears, { alice: ["carol"], carol: ["alice"], bob: [] });
  await expect(row(alice, bob)).toContainText("Left the call");
  await carol.hangUp();
  await expectAllFree(all);
  for (const agent of [alice, bob, carol]) await expect(agent.told(/could not/)).toHaveCount(0);
});

test("each of the others is held and removed by himself", async ({ sandbox, agents }) => {
  const all = await three(sandbox, agents);
  const { alice, bob, carol, ears } = all;
  await row(alice, bob).getByRole("button", { name: `Hold ${bob.name}` }).click();
  await expectHears(ears, { alice: ["carol"], carol: ["alice"], bob: ["music"] });
  await expect(row(carol, bob)).toContainText("On hold");
  await expect(bob.status.filter({ hasText: "on hold" })).toBeVisible();
  await row(alice, bob).getByRole("button", { name: `Resume` }).click();
  await expectHears(ears, { alice: ["bob", "carol"], bob: ["alice", "carol"], carol: ["alice", "bob"] });
  await row(bob, carol).getByRole("button", { name: `Remove ${carol.name}` }).click();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"], carol: [] });
  await carol.expectNoTasks();
  await expect(row(alice, carol)).toContainText("Left the call");
  await alice.hangUp();
  await expectAllFree(all);
});

test("Hold, by the button, holds all others, and Resume takes all back", async ({ sandbox, agents }) => {
  const all = await three(sandbox, agents);
  const { alice, ears } = all;
  await canvas(alice).getByRole("button", { name: "Hold all others" }).click();
  await expectHears(ears, { alice: [], bob: ["music"], carol: ["music"] });
  await canvas(alice).getByRole("button", { name: "Resume with all" }).click();
  await expectHears(ears, { alice: ["bob", "carol"], bob: ["alice", "carol"], carol: ["alice", "bob"] });
  await alice.hangUp();
  await expectHears(ears, { bob: ["carol"], carol: ["bob"] });
  await all.bob.hangUp();
  await expectAllFree(all);
});

test("Carol declines, does not come, or is not called any more: the two talk on, and read it", async ({ sandbox, agents }) => {
  const all = await two(sandbox, agents);
  const { alice, bob, carol, ears } = all;
  await add(alice, carol.name);
  await carol.expectRinging();
  await carol.reject();
  for (const agent of [alice, bob]) await expect(row(agent, carol)).toContainText("Declined");
  await carol.expectNoTasks();
  await add(bob, carol.name);
  await carol.expectRinging();
  await carol.become("Offline");
  for (const agent of [alice, bob]) await expect(row(agent, carol)).toContainText("Did not answer");
  await carol.become("Available");
  await carol.expectNoTasks();
  await add(alice, carol.name);
  await carol.expectRinging();
  await row(bob, carol).getByRole("button", { name: "Remove" }).click();
  await carol.expectNoTasks();
  await expect(carol.told(`You missed a call from ${alice.name}.`)).toBeVisible();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"] });
  await bob.hangUp();
  await expectAllFree(all);
});

test("whoever hangs up while Carol only rings ends it for all, and she reads that she missed it", async ({ sandbox, agents }) => {
  const all = await two(sandbox, agents);
  const { alice, bob, carol } = all;
  await add(alice, carol.name);
  await carol.expectRinging();
  await bob.hangUp();
  await expect(carol.told(`You missed a call from ${alice.name}.`)).toBeVisible();
  await expectAllFree(all);
});

test("Carol takes no calls: she is not added, and whoever wanted to reads it", async ({ sandbox, agents }) => {
  const all = await two(sandbox, agents);
  const { alice, bob, carol, ears } = all;
  await carol.become("Break");
  await add(alice, carol.name);
  await expect(alice.told(`${carol.name} is not taking calls at the moment, so nobody was added.`)).toBeVisible();
  await expect(company(alice)).toHaveCount(0);
  await expectHears(ears, { alice: ["bob"], bob: ["alice"] });
  await carol.become("Available");
  await alice.hangUp();
  await bob.expectNoTasks();
  await expectAllFree(all);
});

test("any of the three ends it for all", async ({ sandbox, agents }) => {
  const all = await three(sandbox, agents);
  await company(all.carol).getByRole("button", { name: "End for all" }).click();
  await expectAllFree(all);
  for (const agent of [all.alice, all.bob, all.carol]) await expect(agent.told(/could not/)).toHaveCount(0);
});

test("whose page is loaded again leaves it, and the two others talk on", async ({ sandbox, agents }) => {
  const all = await three(sandbox, agents);
  const { alice, bob, carol, ears } = all;
  await bob.page.reload();
  await bob.start(sandbox);
  await expectHears(ears, { alice: ["carol"], carol: ["alice"], bob: [] });
  await bob.expectNoTasks();
  await alice.hangUp();
  await expectAllFree(all);
});

test("among several calls: while Alice takes Dana the two others talk on, and nobody hears her twice", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const bob = await agents.at("bob");
  const carol = await agents.at("carol", 3);
  const ears = await begin(sandbox, alice, 2);
  for (const other of ["bob", "carol"] as const) await sandbox.setActivity(other, "Available");
  await talk(sandbox, alice, bob);
  await add(alice, carol.name);
  await carol.expectRinging();
  await carol.accept();
  await expectHears(ears, { alice: ["bob", "carol"], bob: ["alice", "carol"], carol: ["alice", "bob"] });
  for (const other of ["bob", "carol"] as const) await sandbox.setActivity(other, "Offline");
  await ears.customerCalls("Erin");
  await holdAndAnswer(alice);
  await expectHears(ears, { Erin: ["alice"], bob: ["carol"], carol: ["bob"] });
  await alice.swapTo(bob.name);
  await expectHears(ears, { Erin: ["music"], bob: ["alice", "carol"], carol: ["alice", "bob"], alice: ["bob", "carol"] });
  await expectNeverOnTwo(sandbox, alice);
  await alice.hangUpOf(bob.name);
  await expectHears(ears, { bob: ["carol"], carol: ["bob"] });
  await bob.hangUp();
  await alice.swapTo("Erin");
  await alice.hangUpOf("Erin");
  await alice.complete("Erin");
  await sandbox.setCapacity("alice", 1);
});

test("requests that fail at first, callbacks that come twice and late or never: all three are in it, and it ends", async ({ sandbox, agents }) => {
  const all = await two(sandbox, agents);
  const { alice, bob, carol, ears } = all;
  await sandbox.setFaults([
    { target: "functions:flex/add", effect: { fail: 503 }, times: 1 },
    ...["webhook:conference-status", "webhook:call-status"].map((target) => ({ target, effect: "duplicate" as const, latency_ms: 1_000 })),
  ]);
  await add(alice, carol.name);
  await carol.expectRinging();
  await carol.accept();
  await expectHears(ears, { alice: ["bob", "carol"], bob: ["alice", "carol"], carol: ["alice", "bob"] });
  await expect(carol.tasks).toHaveCount(1);
  await sandbox.setFaults([{ target: "webhook:conference-status", effect: "lose" }, { target: "webhook:call-status", effect: "lose" }]);
  await carol.hangUp();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"], carol: [] });
  await carol.expectNoTasks();
  await bob.hangUp();
  await expectAllFree(all);
});
