// What Bob, who is on a call, is to Alice, who calls him: by Flex's configuration, and by his worker, which goes before it.
import type { Agent } from "../helpers/agent";
import type { Sandbox } from "../helpers/sandbox";
import { expect, test } from "../helpers/test";

const feature = { enabled: true, enable_call_agent: true, enable_call_queue: true };
const attribute = "internal_call_busy_policy";

type Policy = "ring" | "busy" | "notify";

/** Bob has room for two calls, and is on one. */
async function talksToDana(sandbox: Sandbox, alice: Agent, bob: Agent, capacity = 2): Promise<string> {
  await sandbox.setCapacity("bob", capacity);
  await sandbox.setActivity("alice", "Break");
  const dana = await sandbox.customerCalls({ from: "+15550002222", name: "Dana" });
  await bob.expectRinging();
  await sandbox.setActivity("alice", "Available");
  await bob.accept();
  await expect(bob.hangUpButton).toBeVisible();
  return dana;
}

/** Whoever she chooses is asked after: what stands below the button before she calls. */
const before = (alice: Agent, sentence: string) => expect(alice.page.getByText(`Bob Brown ${sentence}`)).toBeVisible();

async function danaHangsUp(sandbox: Sandbox, bob: Agent, dana: string): Promise<void> {
  await sandbox.customerHangsUp(dana);
  await bob.complete("Dana");
}

const panel = (agent: Agent) => agent.page.getByRole("region", { name: "Internal call" });

let configured: Policy | undefined;

/** Pages that are open have been configured otherwise. */
async function configure(sandbox: Sandbox, agents: { close(): Promise<void> }, policy: Policy | undefined): Promise<void> {
  if (policy === configured) return;
  await agents.close();
  await sandbox.configure("internal_call", policy ? { ...feature, busy_policy: policy } : feature);
  configured = policy;
}

test.afterEach(async ({ sandbox }) => {
  await sandbox.setCapacity("bob", 1);
  await sandbox.setAttributes("bob", { [attribute]: null });
});

test.afterAll(async ({ sandbox, agents }) => {
  await configure(sandbox, agents, undefined);
});

for (const [name, policy, his] of [
  ["absent: Bob has room, and is rung", undefined, undefined],
  ["ring: Bob has room, and is rung", "ring", undefined],
  ["ring on Bob, before busy in the configuration: he is rung", "busy", "ring"],
] as [string, Policy | undefined, Policy | undefined][]) {
  test(name, async ({ sandbox, agents }) => {
    await configure(sandbox, agents, policy);
    if (his) await sandbox.setAttributes("bob", { [attribute]: his });
    const alice = await agents.at("alice");
    const bob = await agents.at("bob");
    const dana = await talksToDana(sandbox, alice, bob);
    await alice.choose("Call Agent", "Select an agent", bob.name);
    await before(alice, "has room for 1 more call.");
    await alice.callButton.click();
    await expect(bob.offer(alice.name)).toBeVisible();
    await bob.offer(alice.name).getByRole("button", { name: "Decline" }).click();
    await expect(alice.told(`${bob.name} `).first()).toBeVisible();
    await alice.expectNoTasks();
    await danaHangsUp(sandbox, bob, dana);
  });
}

for (const [name, policy, his] of [
  ["busy: Bob is busy, although he has room", "busy", undefined],
  ["busy on Bob, before ring in the configuration: he is busy", "ring", "busy"],
] as [string, Policy, Policy | undefined][]) {
  test(name, async ({ sandbox, agents }) => {
    await configure(sandbox, agents, policy);
    if (his) await sandbox.setAttributes("bob", { [attribute]: his });
    const alice = await agents.at("alice");
    const bob = await agents.at("bob");
    const dana = await talksToDana(sandbox, alice, bob);
    await alice.choose("Call Agent", "Select an agent", bob.name);
    await before(alice, "has no room for another call at present.");
    await alice.callButton.click();
    await expect(alice.told(`${bob.name} is on another call. Try again later.`)).toBeVisible();
    await alice.expectNoTasks();
    await expect(bob.calls).toBeHidden();
    await alice.openDialpad();
    await expect(panel(alice)).toContainText(`${bob.name} is on another call.`);
    await expect(panel(alice).getByRole("button", { name: /^Tell me/ })).toHaveCount(0);
    await danaHangsUp(sandbox, bob, dana);
  });
}

for (const [name, policy, his] of [
  ["notify: Alice is told when Bob is free, and calls him by that notification", "notify", undefined],
  ["notify on Bob, before ring in the configuration: she is told, too", "ring", "notify"],
] as [string, Policy, Policy | undefined][]) {
  test(name, async ({ sandbox, agents }) => {
    await configure(sandbox, agents, policy);
    if (his) await sandbox.setAttributes("bob", { [attribute]: his });
    const alice = await agents.at("alice");
    const bob = await agents.at("bob");
    const dana = await talksToDana(sandbox, alice, bob);
    await alice.call(bob.name);
    await expect(alice.told(`${bob.name} is on another call. Try again later, or press "Tell me when free".`)).toBeVisible();
    await alice.expectNoTasks();
    await alice.openDialpad();
    await panel(alice).getByRole("button", { name: `Tell me when ${bob.name} is free` }).click();
    await expect(panel(alice)).toContainText(`You will be told when ${bob.name} is free.`);
    // He still talks: she was told of nothing.
    const asked = async () => (await sandbox.requests()).filter((request) => request.name === "functions:flex/reach").length;
    const soFar = await asked();
    await expect.poll(asked).toBeGreaterThan(soFar);
    await expect(alice.told(`${bob.name} is free now.`)).toHaveCount(0);
    await danaHangsUp(sandbox, bob, dana);
    await expect(alice.told(`${bob.name} is free now.`)).toBeVisible({ timeout: 45_000 });
    await expect(panel(alice)).not.toContainText("You will be told");
    // Flex's own label of it goes on.
    await alice.page.locator(".Twilio-NotificationBar").getByRole("button", { name: /^Call\b/ }).dispatchEvent("click");
    await bob.expectRinging();
    await bob.accept();
    await sandbox.expectAllHear("alice", "bob");
    await alice.hangUp();
  });
}

test("notify: Alice thinks better of it, and nobody asks after Bob any more", async ({ sandbox, agents }) => {
  await configure(sandbox, agents, "notify");
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const dana = await talksToDana(sandbox, alice, bob, 1);
  await alice.call(bob.name);
  await expect(alice.told(`${bob.name} is on another call.`)).toBeVisible();
  await alice.expectNoTasks();
  await alice.openDialpad();
  await panel(alice).getByRole("button", { name: `Tell me when ${bob.name} is free` }).click();
  await panel(alice).getByRole("button", { name: `Do not tell me when ${bob.name} is free` }).click();
  await expect(panel(alice)).not.toContainText("You will be told");
  await expect(panel(alice).getByRole("button", { name: `Tell me when ${bob.name} is free` })).toBeVisible();
  await danaHangsUp(sandbox, bob, dana);
});
