import { type Agent, talk } from "../helpers/agent";
import { expect, test } from "../helpers/test";

test("Alice calls Bob with the keyboard alone", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const keyboard = alice.page.keyboard;
  // Opening Flex's own panel is Flex's affair; from there on no mouse.
  await alice.dialpadButton.focus();
  await keyboard.press("Enter");
  await expect(alice.agentTab).toBeVisible();
  await tabTo(alice, "tab", "Call Agent");
  await tabTo(alice, "combobox", "Select an agent");
  await keyboard.type("bob");
  await expect(alice.page.getByRole("option", { name: bob.name })).toBeVisible();
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await expect(alice.callButton).toBeEnabled();
  await tabTo(alice, "button", "Call");
  await keyboard.press("Enter");
  await bob.expectRinging();
  await bob.acceptButton.focus();
  await bob.page.keyboard.press("Enter");
  await sandbox.expectAllHear("alice", "bob");
  await bob.hangUp();
});

test("while the caller's own phone is being connected he reads whom he calls, and no address", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await sandbox.setFaults([{ target: "rpc:reservation", latency_ms: 3_000, times: 1 }]);
  await alice.choose("Call Agent", "Select an agent", bob.name);
  await alice.call(bob.name);
  const canvas = alice.page.locator(".Twilio-TaskCanvas");
  await expect(canvas.getByText("Connecting Call")).toBeVisible();
  await expect(canvas.getByText(bob.name).first()).toBeVisible();
  await alice.page.screenshot({ path: "../../target/e2e-connecting.png" });
  await expect(canvas.getByText(/client:|Your caller ID|Queue:/)).toHaveCount(0);
  await bob.expectRinging();
  await bob.accept();
  await sandbox.expectAllHear("alice", "bob");
  await bob.hangUp();
});

test("whoever accepts reads that he is being connected, until he is", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.choose("Call Agent", "Select an agent", bob.name);
  await alice.call(bob.name);
  await bob.expectRinging();
  await bob.tasks.first().click();
  await sandbox.setFaults([{ target: "rpc:reservation", latency_ms: 3_000, times: 1 }]);
  await bob.accept();
  await expect(bob.status.filter({ hasText: "Connecting…" })).toBeVisible();
  await sandbox.expectAllHear("alice", "bob");
  await expect(bob.status.filter({ hasText: "Connecting…" })).toHaveCount(0);
  await bob.hangUp();
});

test("hold, resume and a decline with its reason, with the keyboard alone", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await talk(sandbox, alice, bob);
  await press(alice, `Hold ${bob.name}`);
  await expect(bob.status).toContainText("put you on hold");
  await press(alice, `Resume ${bob.name}`);
  await sandbox.expectAllHear("alice", "bob");
  await alice.hangUp();
  await alice.expectNoTasks();
  await bob.expectNoTasks();

  await alice.call(bob.name);
  await bob.expectRinging();
  // Flex's own list puts it on screen.
  await bob.tasks.first().click();
  await press(bob, "I'm busy");
  await expect(alice.told("is in the middle of something")).toBeVisible();
  await alice.expectNoTasks();
  await bob.expectNoTasks();
});

/** Presses Tab until that has the focus. */
async function tabTo(agent: Agent, role: string, name: string): Promise<void> {
  const wanted = agent.page.getByRole(role as "button", { name, exact: true });
  for (let presses = 0; presses < 60; presses += 1) {
    if (await wanted.evaluateAll((found) => found.some((element) => element === document.activeElement))) return;
    await agent.page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches the ${role} "${name}"`);
}

/** That button, by Tab and Enter. */
async function press(agent: Agent, button: string): Promise<void> {
  await expect(agent.page.getByRole("button", { name: button, exact: true })).toBeEnabled();
  await tabTo(agent, "button", button);
  await agent.page.keyboard.press("Enter");
}
