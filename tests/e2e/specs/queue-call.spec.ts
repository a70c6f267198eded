import { expect, test } from "../helpers/test";

test("a call to a queue reaches a member of it and never the caller", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.callQueue("Everyone");
  await bob.expectRinging();
  // Alice is in that queue and available; the only thing on her screen is her own outgoing call.
  await expect(alice.tasks).toHaveCount(1);
  await expect(alice.acceptButton).toBeHidden();
  await bob.accept();
  await sandbox.expectAllHear("alice", "bob");
  await expect(alice.tasks).toHaveCount(1);
  await bob.hangUp();
});

test("a call to a queue whose only other member leaves is not offered to the caller", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.callQueue("Everyone");
  await bob.expectRinging();
  // Flex rejects what is on offer when its agent goes Offline.
  await bob.become("Offline");
  await bob.expectNoTasks();
  await expect(alice.tasks).toHaveCount(1);
  await expect(alice.acceptButton).toBeHidden();
  await alice.hangUp();
  await sandbox.expectAtRest();
});
