// What an agent meets when a part of the plugin is refused or its server fails.
import { talk } from "../helpers/agent";
import { expect, test } from "../helpers/test";

// A Content Security Policy alone cannot refuse it: Flex itself needs 'unsafe-eval', which allows WebAssembly too.
// Browsers do, in their locked-down modes: there is no WebAssembly then.
test("where WebAssembly is refused the agent is told, and Flex's own calls work", async ({ sandbox, agents }) => {
  const alice = await agents.without("WebAssembly", "alice");
  try {
    const told = alice.told("Internal calls are off");
    await expect(told).toContainText("wasm-unsafe-eval");
    await alice.dialpadButton.click();
    await expect(alice.page.getByRole("button", { name: "Call" }).first()).toBeVisible();
    await expect(alice.agentTab).toBeHidden();
    await alice.dialpadButton.click();

    const call = await sandbox.customerCalls({ from: "+15550001111", name: "Dana" });
    await alice.expectRinging();
    await alice.accept();
    await expect(alice.hangUpButton).toBeVisible();
    await sandbox.customerHangsUp(call);
    await alice.completeButton.click();
    await alice.expectNoTasks();
  } finally {
    await agents.close();
  }
});

test("a list that cannot be loaded says so, and Retry loads it", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  await alice.page.reload();
  await alice.start(sandbox);
  await sandbox.setFaults([
    { target: "functions:flex/queues", effect: { fail: 500 } },
    { target: "rpc:taskQueues", effect: { fail: 500 } },
  ]);
  await alice.openDialpad();
  await alice.page.getByRole("tab", { name: "Call Queue" }).click();
  const field = alice.page.getByRole("combobox", { name: "Select a queue" });
  await field.click();
  const retry = alice.page.getByRole("button", { name: "Retry" });
  await expect(retry).toBeVisible();
  await expect(alice.page.getByRole("region", { name: "Internal call" })).toContainText("could not be loaded");
  await sandbox.clearFaults();
  await retry.click();
  await field.click();
  await expect(alice.page.getByRole("listbox", { name: "Select a queue" }).getByRole("option", { name: "Support" })).toBeVisible();
  await alice.page.keyboard.press("Escape");
  await alice.page.getByRole("tab", { name: "Call Agent" }).click();
});

test("functions that do not answer are told at the start, by their address, and not at the first call", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  await sandbox.setFaults([{ target: "functions:flex/ready", effect: { fail: 502 } }]);
  await alice.page.reload();
  await expect(alice.told("Internal calls will not work")).toContainText("functions.localhost");
  await sandbox.clearFaults();
  await alice.page.reload();
  await alice.start(sandbox);
  await expect(alice.told("Internal calls will not work")).toBeHidden();
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

test("the callee's page reloaded between his Accept and his voice: the call ends for both", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await sandbox.setFaults([{ target: "functions:common/agent-join-conference", latency_ms: 3000 }]);
  await bob.accept();
  await expect.poll(async () => (await sandbox.legs()).some(({ identity }) => identity === "bob")).toBe(true);
  await bob.page.reload();
  await sandbox.clearFaults();
  await bob.start(sandbox);
  await alice.expectNoTasks();
  await bob.expectNoTasks();
});

test("the caller's page reloaded while his own leg is set up: nobody is left ringing", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await sandbox.setFaults([{ target: "functions:common/agent-outbound-join", latency_ms: 3000 }]);
  await alice.call(bob.name);
  await expect.poll(async () => (await sandbox.legs()).some(({ identity }) => identity === "alice")).toBe(true);
  await alice.page.reload();
  await sandbox.clearFaults();
  await alice.start(sandbox);
  await alice.expectNoTasks();
  await bob.expectNoTasks();
  await bob.closeNotices();
});

test("the caller's page reloaded between Bob's Accept and his voice: the call ends for both", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await sandbox.setFaults([{ target: "functions:common/agent-join-conference", latency_ms: 3000 }]);
  await bob.accept();
  await expect.poll(async () => (await sandbox.legs()).some(({ identity }) => identity === "bob")).toBe(true);
  await alice.page.reload();
  await sandbox.clearFaults();
  await alice.start(sandbox);
  await alice.expectNoTasks();
  await bob.expectNoTasks();
});

test("the caller's page reloaded after a decline: nothing is left, and he can call again", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await bob.reject();
  await expect(alice.told(`${bob.name} declined`)).toBeVisible();
  await alice.page.reload();
  await alice.start(sandbox);
  await alice.expectNoTasks();
  await talk(sandbox, alice, bob);
  await alice.hangUp();
});

for (const [held, gone] of [
  ["alice", "alice"],
  ["bob", "bob"],
  ["bob", "alice"],
] as const) {
  const holds = gone !== held;
  test(`the page of ${gone}, who ${holds ? "holds the other" : "is on hold"}, reloaded ends the call for both`, async ({ sandbox, agents }) => {
    const alice = await agents.at("alice");
    const bob = await agents.at("bob");
    await talk(sandbox, alice, bob);
    const [holder, other] = held === "bob" ? [alice, bob] : [bob, alice];
    await holder.holdButton(other.name).click();
    await expect(other.status).toContainText("put you on hold");
    const reloaded = holds ? holder : other;
    await reloaded.page.reload();
    await reloaded.start(sandbox);
    await alice.expectNoTasks();
    await bob.expectNoTasks();
  });
}

for (const who of ["alice", "bob"] as const) {
  test(`${who}'s page reloaded in wrap-up completes its task all the same`, async ({ sandbox, agents }) => {
    const alice = await agents.at("alice");
    const bob = await agents.at("bob");
    await talk(sandbox, alice, bob);
    const reloaded = who === "alice" ? alice : bob;
    await reloaded.hangUp();
    await expect(reloaded.completeButton).toBeVisible();
    await reloaded.page.reload();
    await reloaded.start(sandbox);
    await alice.expectNoTasks();
    await bob.expectNoTasks();
  });
}

test("TaskRouter's own events tell the caller what the callee's plugin cannot", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await sandbox.setEventCallback("/internal-call/common/taskrouter-event");
  await alice.call(bob.name);
  await bob.expectRinging();
  await sandbox.setFaults([{ target: "functions:flex/end", effect: { fail: 503 } }]);
  await bob.become("Break");
  const ask = bob.page.getByRole("button", { name: /reject|decline/i });
  if (await ask.count()) await ask.first().click();
  await expect(alice.told(`${bob.name} is not taking calls at the moment.`)).toBeVisible();
  await alice.expectNoTasks();
  await sandbox.setEventCallback(undefined);
});

test("an end that the functions did not hear is told again until they do", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await sandbox.setFaults([
    { target: "functions:flex/end", effect: { fail: 503 }, times: 2 },
    { target: "functions:flex/reject", effect: { fail: 503 }, times: 1 },
  ]);
  await bob.reject();
  await expect(bob.told("could not be declined")).toBeVisible();
  // Flex's bar covers the list's first task.
  await bob.closeNotices();
  await bob.reject();
  await expect(alice.told(`${bob.name} declined`)).toBeVisible();
  await bob.expectNoTasks();
});

test("the event bridge dropped during set-up: the call goes on when it is back", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.choose("Call Agent", "Select an agent", bob.name);
  await alice.callButton.click();
  await sandbox.setFaults([{ target: "socket:event-bridge", effect: "drop" }]);
  await bob.expectRinging();
  await bob.accept();
  await sandbox.expectAllHear("alice", "bob");
  await alice.hangUp();
});
