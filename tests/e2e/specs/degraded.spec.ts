// What an agent meets when a part of the plugin is refused or its server fails.
import { expect, test } from "../helpers/test";

// A Content Security Policy alone cannot refuse it: Flex itself needs 'unsafe-eval', which allows WebAssembly too.
// Browsers do, in their locked-down modes: there is no WebAssembly then.
test("where WebAssembly is refused the agent is told, and Flex's own calls work", async ({ sandbox, agents }) => {
  const alice = await agents.without("WebAssembly", "alice");
  try {
    const told = alice.page.getByRole("alert").filter({ hasText: "Internal calls are off" });
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

test("a list of colleagues that cannot be loaded says so, and Retry loads it", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  await sandbox.setActivity("bob", "Available");
  await sandbox.setFaults([{ target: "http:insights", effect: { fail: 500 } }]);
  await alice.page.reload();
  await alice.start(sandbox);
  await alice.openDialpad();
  await alice.page.getByRole("combobox", { name: "Select an agent" }).click();
  const retry = alice.page.getByRole("button", { name: "Retry" });
  await expect(retry).toBeVisible();
  await sandbox.clearFaults();
  await retry.click();
  await expect(alice.page.getByRole("option", { name: "Bob Brown" })).toBeVisible();
  await alice.page.keyboard.press("Escape");
});
