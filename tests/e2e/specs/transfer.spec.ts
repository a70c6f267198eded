// Flex's own transfers of a customer's call, by its directory, with the plugin there. Who hears whom is the sandbox's word.
import type { Agent } from "../helpers/agent";
import type { Sandbox } from "../helpers/sandbox";
import { answer, begin, expectNeverOnTwo, holdAndAnswer } from "../helpers/several";
import { type Agents, expect, test } from "../helpers/test";
import { expectHears, expectLeavable, ofParticipant, toColleague, toQueue } from "../helpers/transfers";
import type { Ears } from "../helpers/who-hears";

/** Alice talks to Dana, Bob is free. */
async function danaTalks(sandbox: Sandbox, agents: Agents, calls = 1): Promise<{ alice: Agent; bob: Agent; ears: Ears }> {
  const bob = await agents.at("bob");
  const alice = await agents.at("alice");
  const ears = await begin(sandbox, alice, calls);
  await answer(alice, ears, "Dana");
  await bob.become("Available");
  return { alice, bob, ears };
}

/** Alice consults Bob, who has answered; Dana waits. Each may leave the others to themselves. */
async function consults(sandbox: Sandbox, { alice, bob, ears }: Awaited<ReturnType<typeof danaTalks>>): Promise<void> {
  await toColleague(alice, "Consult", "bob");
  await bob.expectRinging();
  await expectHears(ears, { Dana: ["music"], alice: [] });
  await bob.accept();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"], Dana: ["music"] });
  await expectLeavable(sandbox);
}

async function hangUp(sandbox: Sandbox, agent: Agent, name: string): Promise<void> {
  await expectLeavable(sandbox);
  await agent.hangUp();
  await agent.complete(name);
}

test.afterEach(async ({ sandbox }) => {
  await sandbox.setCapacity("alice", 1);
  await sandbox.setCapacity("bob", 1);
});

test("a cold transfer: Dana waits with music, then talks to Bob", async ({ sandbox, agents }) => {
  const { alice, bob, ears } = await danaTalks(sandbox, agents);
  await toColleague(alice, "Transfer to", "bob");
  await bob.expectRinging();
  await expectHears(ears, { Dana: ["music"], alice: [] });
  await alice.complete("Dana");
  await bob.page.screenshot({ path: "../../target/e2e-transfer-cold.png" });
  await bob.accept();
  await expectHears(ears, { Dana: ["bob"], bob: ["Dana"], alice: [] });
  await hangUp(sandbox, bob, "Dana");
});

test("a consult: Alice and Bob among themselves, then all three, then Bob and Dana", async ({ sandbox, agents }) => {
  const call = await danaTalks(sandbox, agents);
  const { alice, bob, ears } = call;
  await consults(sandbox, call);
  // Each sees the other beside Dana, and may remove him.
  await expect(ofParticipant(alice, "Hang up Bob Brown")).toBeVisible();
  await expect(ofParticipant(bob, "Hang up Alice Anderson")).toBeVisible();
  await alice.page.screenshot({ path: "../../target/e2e-transfer-consult.png" });
  await bob.page.screenshot({ path: "../../target/e2e-transfer-consulted.png" });
  await ofParticipant(alice, "Unhold Customer").click();
  await expectHears(ears, { Dana: ["alice", "bob"], alice: ["bob", "Dana"], bob: ["alice", "Dana"] });
  await alice.hangUp();
  await expectHears(ears, { Dana: ["bob"], bob: ["Dana"], alice: [] });
  await alice.complete("Dana");
  await expectHears(ears, { Dana: ["bob"], bob: ["Dana"] });
  await hangUp(sandbox, bob, "Dana");
});

test("a consult is left with Dana on hold: Bob takes her back", async ({ sandbox, agents }) => {
  const call = await danaTalks(sandbox, agents);
  const { alice, bob, ears } = call;
  await consults(sandbox, call);
  await hangUp(sandbox, alice, "Dana");
  await expectHears(ears, { Dana: ["music"], bob: [] });
  await bob.unhold();
  await expectHears(ears, { Dana: ["bob"], bob: ["Dana"] });
  await hangUp(sandbox, bob, "Dana");
});

test("a consult that Alice takes back leaves her with Dana", async ({ sandbox, agents }) => {
  const { alice, bob, ears } = await danaTalks(sandbox, agents);
  await toColleague(alice, "Consult", "bob");
  await bob.expectRinging();
  await alice.page.screenshot({ path: "../../target/e2e-transfer-ringing.png" });
  await ofParticipant(alice, "Cancel Consult").click();
  await bob.expectNoTasks();
  await expectHears(ears, { Dana: ["music"] });
  await alice.unhold();
  await expectHears(ears, { Dana: ["alice"], alice: ["Dana"] });
  await hangUp(sandbox, alice, "Dana");
});

test("a consult that Bob rejects leaves Alice with Dana, and can be asked for again", async ({ sandbox, agents }) => {
  const { alice, bob, ears } = await danaTalks(sandbox, agents);
  await toColleague(alice, "Consult", "bob");
  await bob.expectRinging();
  await bob.reject();
  await expect(alice.page.getByText("No Answer")).toBeVisible();
  await bob.expectNoTasks();
  await alice.unhold();
  await expectHears(ears, { Dana: ["alice"], alice: ["Dana"] });
  await toColleague(alice, "Consult", "bob");
  await bob.expectRinging();
  await bob.accept();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"], Dana: ["music"] });
  await hangUp(sandbox, bob, "Dana");
  await alice.unhold();
  await expectHears(ears, { Dana: ["alice"], alice: ["Dana"] });
  await hangUp(sandbox, alice, "Dana");
});

test("a transfer to a queue reaches Bob in his call, whom the workflow spares", async ({ sandbox, agents }) => {
  const { alice, bob, ears } = await danaTalks(sandbox, agents);
  await sandbox.setCapacity("bob", 2);
  await ears.customerCalls("Erin");
  await bob.acceptOf("Erin");
  await expectHears(ears, { Erin: ["bob"] });
  // The workflow's own target: nobody who is in a call.
  await ears.customerCalls("Frank", { free_agents_only: true });
  await expectHears(ears, { Frank: ["music"] });
  await toQueue(alice, "Transfer to", "Support");
  const card = bob.offer("Dana");
  await expect(card).toBeVisible();
  await bob.page.screenshot({ path: "../../target/e2e-transfer-queue.png" });
  await expect(bob.tasks, "Erin and Dana, and not Frank").toHaveCount(2);
  await card.getByRole("button", { name: "Hold & answer" }).click();
  await expectHears(ears, { Dana: ["bob"], bob: ["Dana"], Erin: ["music"] });
  await alice.complete("Dana");
  await alice.acceptOf("Frank");
  await expectHears(ears, { Frank: ["alice"] });
  await hangUp(sandbox, alice, "Frank");
  await expectLeavable(sandbox);
  await bob.calls.getByRole("button", { name: "Hang up Dana" }).click();
  await bob.complete("Dana");
  await bob.swapTo("Erin");
  await expectHears(ears, { Erin: ["bob"] });
  await hangUp(sandbox, bob, "Erin");
});

test("Bob goes back to his own call in a consult: Alice has Dana, who waits for him when she leaves", async ({ sandbox, agents }) => {
  const { alice, bob, ears } = await danaTalks(sandbox, agents);
  await sandbox.setCapacity("bob", 2);
  await ears.customerCalls("Erin");
  await bob.acceptOf("Erin");
  await expectHears(ears, { Erin: ["bob"] });
  await toColleague(alice, "Consult", "bob");
  await bob.offer("Dana").getByRole("button", { name: "Hold & answer" }).click();
  await expectHears(ears, { alice: ["bob"], Erin: ["music"], Dana: ["music"] });
  await bob.swapTo("Erin");
  await expectHears(ears, { Erin: ["bob"], alice: [], Dana: ["music"] });
  await ofParticipant(alice, "Unhold Customer").click();
  await expectHears(ears, { Dana: ["alice"], alice: ["Dana"], Erin: ["bob"] });
  await hangUp(sandbox, alice, "Dana");
  await expectHears(ears, { Dana: ["music"], Erin: ["bob"] });
  await bob.swapTo("Dana");
  await expectHears(ears, { Dana: ["bob"], bob: ["Dana"], Erin: ["music"] });
  await expectLeavable(sandbox);
  await bob.calls.getByRole("button", { name: "Hang up Dana" }).click();
  await bob.complete("Dana");
  await bob.swapTo("Erin");
  await expectHears(ears, { Erin: ["bob"] });
  await hangUp(sandbox, bob, "Erin");
});

test("Alice removes Bob from a consult", async ({ sandbox, agents }) => {
  const call = await danaTalks(sandbox, agents);
  const { alice, bob, ears } = call;
  await consults(sandbox, call);
  await ofParticipant(alice, "Hang up Bob Brown").click();
  await ofParticipant(alice, "Remove from call").click();
  await expectHears(ears, { bob: [], alice: [], Dana: ["music"] });
  await bob.complete("Dana");
  await alice.unhold();
  await expectHears(ears, { Dana: ["alice"], alice: ["Dana"] });
  await hangUp(sandbox, alice, "Dana");
});

test("Alice answers another call in a consult, and comes back to Bob alone", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const bob = await agents.at("bob");
  const ears = await begin(sandbox, alice, 2);
  await answer(alice, ears, "Dana");
  await bob.become("Available");
  await consults(sandbox, { alice, bob, ears });
  await ears.customerCalls("Erin");
  await holdAndAnswer(alice);
  // Bob is not on hold: what he says is sent to her, whose ear is closed there.
  await expectHears(ears, { Erin: ["alice"], bob: [], Dana: ["music"] });
  await alice.swapTo("Dana");
  await expectHears(ears, { Erin: ["music"], alice: ["bob"], bob: ["alice"], Dana: ["music"] });
  await expectNeverOnTwo(sandbox, alice);
  await expectLeavable(sandbox);
  await alice.calls.getByRole("button", { name: "Hang up Dana" }).click();
  await alice.complete("Dana");
  await bob.unhold();
  await expectHears(ears, { Dana: ["bob"] });
  await hangUp(sandbox, bob, "Dana");
  await alice.swapTo("Erin");
  await hangUp(sandbox, alice, "Erin");
});

test("a customer who is transferred cold is not taken for one whose agent vanished", async ({ sandbox, agents }) => {
  await sandbox.configure("multi_call", { enabled: true, recover: true });
  try {
    const bob = await agents.at("bob");
    const alice = await agents.at("alice");
    for (const agent of [alice, bob]) {
      await agent.page.reload();
      await agent.start(sandbox);
    }
    const ears = await begin(sandbox, alice, 1);
    await answer(alice, ears, "Dana");
    await bob.become("Available");
    await sandbox.forgetRequests();
    await toColleague(alice, "Transfer to", "bob");
    await bob.expectRinging();
    const told = async () => (await sandbox.requests()).filter(({ path }) => path.endsWith("/common/conference"));
    await expect.poll(async () => (await told()).length, "the functions were told that she left").toBeGreaterThan(0);
    await expectHears(ears, { Dana: ["music"] });
    await expect(alice.tasks, "her wrap-up, and no new offer").toHaveCount(1);
    await alice.complete("Dana");
    await bob.accept();
    await expectHears(ears, { Dana: ["bob"], bob: ["Dana"] });
    // With `recover` no agent's leg ends the conference: the plugin does.
    await bob.hangUp();
    await bob.complete("Dana");
  } finally {
    await sandbox.configure("multi_call", { enabled: true });
    await agents.close();
  }
});
