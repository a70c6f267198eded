// Two tabs of the same agent: the one that placed a call has it, the other shows it and does nothing by itself.
import { expect, test } from "../helpers/test";

test("a second tab of the caller does not take, ring or end his call", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const second = await alice.page.context().newPage();
  await second.goto(`${sandbox.origin("alice")}/`);
  await expect(second.getByTestId("activity-dropdown-button")).toContainText("Available", { timeout: 60_000 });
  await sandbox.forgetRequests();
  await alice.page.bringToFront();
  await alice.call(bob.name);
  await bob.expectRinging();
  const rings = (await sandbox.requests()).filter(({ name }) => name === "functions:flex/ring");
  expect(rings).toHaveLength(1);
  await expect(bob.tasks).toHaveCount(1);
  await bob.reject();
  await expect(alice.told(`${bob.name} declined`)).toBeVisible();
  await alice.expectNoTasks();
  await second.close();
});
