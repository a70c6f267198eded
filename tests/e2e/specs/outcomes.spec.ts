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
  await alice.openDialpad();
  await expect(alice.page.getByRole("region", { name: "Internal call" })).toContainText(`You cancelled the call to ${bob.name}.`);
});

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

test("Bob declines and says why, and Alice reads it", async ({ agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await bob.tasks.first().click();
  await bob.page.getByRole("group", { name: "Decline and say why" }).getByRole("button", { name: "I'll call back" }).click();
  await expect(alice.told(`${bob.name} declined the call and will call you back.`)).toBeVisible();
  await bob.expectNoTasks();
});

test("nobody answers: Alice reads it, Bob reads that he missed her and calls back, and is Available still", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await expect(alice.status).toContainText(`Ringing ${bob.name}`);
  await expect(alice.told(`${bob.name} did not answer`)).toBeVisible({ timeout: 45_000 });
  await expect(bob.told(`You missed a call from ${alice.name}.`)).toBeVisible();
  await bob.expectNoTasks();
  await alice.expectNoTasks();
  await expect(bob.page.getByTestId("activity-dropdown-button")).toContainText("Available");
  await bob.page.getByRole("button", { name: "Call back" }).click();
  await alice.expectRinging();
  await alice.accept();
  await sandbox.expectAllHear("alice", "bob");
  await alice.hangUp();
});

test("somebody on break is not rung, and Alice reads it at once", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  await sandbox.setActivity("carol", "Break");
  await alice.call("Carol Clark");
  await expect(alice.told("Carol Clark is not taking calls at the moment.")).toBeVisible();
  await alice.expectNoTasks();
});

test("somebody who goes away while his phone rings is unavailable", async ({ agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await bob.become("Break");
  await expect(alice.told(`${bob.name} is not taking calls at the moment.`)).toBeVisible();
  await alice.expectNoTasks();
});

test("somebody who talks already is busy", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await sandbox.setActivity("alice", "Break");
  const call = await sandbox.customerCalls({ from: "+15550002222", name: "Dana" });
  await bob.expectRinging();
  await sandbox.setActivity("alice", "Available");
  await bob.accept();
  await expect(bob.hangUpButton).toBeVisible();
  await alice.call(bob.name);
  await expect(alice.told(`${bob.name} is on another call.`)).toBeVisible();
  await alice.expectNoTasks();
  await sandbox.customerHangsUp(call);
  await bob.completeButton.click();
});

test("a call that cannot be placed says so, and the button works again", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await sandbox.setFaults([{ target: "rpc:createTask", effect: { fail: 500 } }]);
  await alice.call(bob.name);
  await expect(alice.told("The call could not be placed")).toBeVisible();
  await sandbox.clearFaults();
  await expect(alice.callButton).toBeEnabled();
  await alice.callButton.click();
  await bob.expectRinging();
  await alice.closeNotices();
  await alice.hangUp();
});

test("a callee whose phone cannot be rung is told to the caller, and nothing is left", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await sandbox.setFaults([{ target: "rest:tasks.create", effect: { fail: 503 } }]);
  await alice.call(bob.name);
  await expect(alice.told("phone could not be rung")).toBeVisible();
  await sandbox.clearFaults();
});
