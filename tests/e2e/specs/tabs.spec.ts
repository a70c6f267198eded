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
  await bob.accept();
  await sandbox.expectAllHear("alice", "bob");
  await bob.hangUp();
  await alice.expectNoTasks();
  await expect(second.locator(".Twilio-NotificationBar").getByRole("button", { name: "Close notification" })).toHaveCount(0);
  await expect(alice.told(/could not/)).toHaveCount(0);
  await second.close();
});

test("a call declined in one tab was not missed in the other, and one that the caller gave up was, in both", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const second = await bob.page.context().newPage();
  await second.goto(`${sandbox.origin("bob")}/`);
  await expect(second.getByTestId("activity-dropdown-button")).toContainText("Available", { timeout: 60_000 });
  const rings = second.locator(".Twilio-TaskButton-Accept").first();
  const missed = second.locator(".Twilio-NotificationBar").getByText(`You missed a call from ${alice.name}.`);

  await alice.call(bob.name);
  await expect(rings).toBeVisible();
  await bob.expectRinging();
  await bob.reject();
  await expect(alice.told(`${bob.name} declined`)).toBeVisible();
  await expect(rings).toBeHidden();
  await expect(missed).toBeHidden();

  await alice.expectNoTasks();
  await alice.call(bob.name);
  await expect(rings).toBeVisible();
  await bob.expectRinging();
  await alice.hangUp();
  await expect(missed).toBeVisible();
  await expect(bob.told(`You missed a call from ${alice.name}.`)).toBeVisible();
  await second.close();
  await bob.page.getByRole("button", { name: "Close" }).first().click();
});
