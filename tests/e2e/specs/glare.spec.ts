// Two agents who press Call for each other at once end up in one call, and neither has to accept anything.
import type { Agent } from "../helpers/agent";
import type { Sandbox } from "../helpers/sandbox";
import { configure, CONFERENCE, STRATEGIES, WARM_TRANSFER } from "../helpers/strategies";
import { expect, test } from "../helpers/test";
import { expectHears } from "../helpers/transfers";
import { Ears } from "../helpers/who-hears";

async function bothCall(alice: Agent, bob: Agent): Promise<void> {
  await alice.choose("Call Agent", "Select an agent", bob.name);
  await bob.choose("Call Agent", "Select an agent", alice.name);
  await Promise.all([alice.callButton.click(), bob.callButton.click()]);
}

/** One task each, on which they hear each other; nothing else rings or is on the line. */
async function expectOneCall(sandbox: Sandbox, alice: Agent, bob: Agent): Promise<void> {
  await expectHears(new Ears(sandbox), { alice: ["bob"], bob: ["alice"] });
  for (const agent of [alice, bob]) {
    await expect(agent.tasks).toHaveCount(1);
    await expect(agent.hangUpButton).toHaveCount(1);
    await expect(agent.acceptButton).toHaveCount(0);
  }
  const own = (identity: string) => async () => (await sandbox.legs()).filter((leg) => leg.identity === identity).length;
  await expect.poll(own("alice")).toBe(1);
  await expect.poll(own("bob")).toBe(1);
}

/** One of the two reads it; nobody, if the other's call was on offer by the time he pressed. */
async function expectToldOnce(alice: Agent, bob: Agent): Promise<void> {
  const told = await Promise.all([alice, bob].map((agent) => agent.told(/is calling you at this moment/).count()));
  expect(told).not.toEqual([1, 1]);
}

test.afterEach(async ({ sandbox }) => {
  for (const identity of ["alice", "bob"]) await sandbox.setCapacity(identity, 1);
});

for (const strategy of STRATEGIES) {
  test.describe(strategy.name, () => {
    test.beforeAll(async ({ sandbox, agents }) => {
      await configure(sandbox, agents, strategy);
    });

    test.afterAll(async ({ sandbox, agents }) => {
      await configure(sandbox, agents, CONFERENCE);
    });

    // A warm transfer keeps its caller's task: whoever has room for one call has none for the other's.
    for (const room of strategy === WARM_TRANSFER ? [2] : [1, 2]) {
      test(`both press Call at once, with room for ${room}`, async ({ sandbox, agents }) => {
        for (const identity of ["alice", "bob"]) await sandbox.setCapacity(identity, room);
        const alice = await agents.at("alice");
        const bob = await agents.at("bob");
        await bothCall(alice, bob);
        await expectOneCall(sandbox, alice, bob);
        await expectToldOnce(alice, bob);
        await alice.hangUp();
        await expect(bob.hangUpButton).toBeHidden();
      });
    }
  });
}

test("each list hides the other's task: both phones ring, and one of the two calls gives way", async ({ sandbox, agents }) => {
  for (const identity of ["alice", "bob"]) await sandbox.setCapacity(identity, 2);
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await sandbox.setFaults([{ target: "rest:tasks.list", effect: { lag: 60_000 } }]);
  await bothCall(alice, bob);
  await expectOneCall(sandbox, alice, bob);
  await expectToldOnce(alice, bob);
  await bob.hangUp();
  await expect(alice.hangUpButton).toBeHidden();
});

test("Call pressed for a colleague whose call rings here takes that call", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await bob.choose("Call Agent", "Select an agent", alice.name);
  await alice.call(bob.name);
  await bob.expectRinging();
  await bob.callButton.click({ timeout: 5_000 });
  await expectOneCall(sandbox, alice, bob);
  await bob.hangUp();
  await expect(alice.hangUpButton).toBeHidden();
});
