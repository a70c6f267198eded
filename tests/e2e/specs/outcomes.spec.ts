import { expect, test } from "../helpers/test";

test("Bob rejects, and nothing of the call is left", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await bob.reject();
  await bob.expectNoTasks();
  await expect(alice.hangUpButton).toBeHidden();
  await sandbox.expectAtRest();
  // A missed internal call changes nobody's activity.
  await expect(bob.page.getByTestId("activity-dropdown-button")).toContainText("Available");
});

test("Alice cancels while it rings, and Bob's phone stops", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await alice.hangUp();
  await bob.expectNoTasks();
  await sandbox.expectAtRest();
});

test("a double click makes one call", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await sandbox.forgetRequests();
  await alice.choose("Call Agent", "Select an agent", bob.name);
  await alice.callButton.dblclick();
  await bob.expectRinging();
  await bob.accept();
  await sandbox.expectAllHear("alice", "bob");
  await expect(bob.tasks).toHaveCount(1);
  await expect(alice.tasks).toHaveCount(1);
  const made = (await sandbox.requests()).filter(({ name }) => name === "rpc:createTask");
  expect(made).toHaveLength(1);
  await alice.hangUp();
});
