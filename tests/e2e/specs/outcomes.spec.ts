import { expect, test } from "../helpers/test";

test("Bob accepts, but his phone does not get into the call: Alice reads it, and nothing is left", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  // Her own phone has asked what to do by then.
  await expect.poll(async () => (await sandbox.legs()).some(({ identity, opened }) => identity === "alice" && opened !== null)).toBe(true);
  await sandbox.setFaults([{ target: "functions:common/agent-join-conference", effect: { fail: 500 } }]);
  await bob.accept();
  await expect(alice.told(`${bob.name} accepted, but the connection was lost. Call again.`)).toBeVisible({ timeout: 45_000 });
  await bob.expectNoTasks();
  await alice.expectNoTasks();
});
