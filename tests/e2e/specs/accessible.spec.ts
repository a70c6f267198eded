// axe-core over everything that the plugin adds. Flex's own page is Flex's affair.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { talk } from "../helpers/agent";
import { add, canvas } from "../helpers/company";
import { expect, test } from "../helpers/test";

async function violations(page: Page, ...parts: string[]): Promise<string[]> {
  let axe = new AxeBuilder({ page });
  for (const part of parts) axe = axe.include(part);
  const { violations: found } = await axe.analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

test("axe finds nothing in the dial pad panel, closed, open and with somebody chosen", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  await sandbox.setActivity("bob", "Available");
  await alice.openDialpad();
  const panel = "section[aria-label='Internal call']";
  expect(await violations(alice.page, panel)).toEqual([]);
  await alice.page.getByRole("combobox", { name: "Select an agent" }).click();
  await expect(alice.page.getByRole("option", { name: "Bob Brown" })).toBeVisible();
  expect(await violations(alice.page, panel)).toEqual([]);
  await alice.page.getByRole("option", { name: "Bob Brown" }).click();
  expect(await violations(alice.page, panel)).toEqual([]);
  await alice.page.getByRole("tab", { name: "Call Queue" }).click();
  expect(await violations(alice.page, panel)).toEqual([]);
  await alice.page.getByRole("tab", { name: "Call Agent" }).click();
  await alice.dialpadButton.click();
});

test("axe finds nothing where a colleague is added: while he is chosen, on offer, among the others", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const carol = await agents.at("carol", 3);
  const parties = "section[aria-label='Also in this call']";
  await talk(sandbox, alice, bob);
  await canvas(alice).getByRole("button", { name: "Add a colleague" }).click();
  await expect(canvas(alice).getByRole("combobox", { name: "Select an agent" })).toBeVisible();
  expect(await violations(alice.page, "#backline-company")).toEqual([]);
  await canvas(alice).getByRole("button", { name: "Add a colleague" }).click();
  await add(alice, carol.name);
  await carol.expectRinging();
  await carol.tasks.first().click();
  await expect(carol.page.getByRole("region", { name: "Also in this call" })).toBeVisible();
  expect(await violations(carol.page, parties)).toEqual([]);
  await carol.accept();
  await expect(canvas(alice).getByRole("button", { name: `Remove ${carol.name}` })).toBeVisible();
  expect(await violations(alice.page, parties)).toEqual([]);
  await canvas(alice).getByRole("button", { name: "End for all" }).click();
  for (const agent of [alice, bob, carol]) await agent.expectNoTasks();
});

test("axe finds nothing in a call's canvas: offered, ringing, talking, on hold, missed", async ({ agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const ours = ["[role=group][aria-label='Decline and say why']", "[role=status]", "button[aria-label^='Hold']", "button[aria-label^='Resume']"];
  const check = async (page: Page) => {
    const present = [];
    for (const part of ours) if (await page.locator(part).count()) present.push(part);
    expect(present.length).toBeGreaterThan(0);
    expect(await violations(page, ...present)).toEqual([]);
  };
  await alice.call(bob.name);
  await bob.expectRinging();
  await bob.tasks.first().click();
  await expect(bob.page.getByRole("group", { name: "Decline and say why" })).toBeVisible();
  await check(bob.page);
  await expect(alice.status).toContainText("Ringing");
  await check(alice.page);
  await bob.accept();
  await expect(alice.holdButton(bob.name)).toBeVisible();
  await check(alice.page);
  await alice.holdButton(bob.name).click();
  await expect(bob.status).toContainText("put you on hold");
  await check(alice.page);
  await check(bob.page);
  await alice.hangUp();
  await bob.expectNoTasks();

  await alice.call(bob.name);
  await bob.expectRinging();
  await alice.hangUp();
  await expect(bob.page.getByRole("button", { name: "Call back" })).toBeVisible();
  expect(await violations(bob.page, ".Twilio-NotificationBar")).toEqual([]);
  // Her own task in wrap-up would make her busy.
  await alice.expectNoTasks();
  await tabTo(bob.page, "Call back");
  await bob.page.keyboard.press("Enter");
  await alice.expectRinging();
  await bob.hangUp();
  await alice.expectNoTasks();
});

/** As somebody without a mouse comes to a button: by Tab alone. */
async function tabTo(page: Page, button: string): Promise<void> {
  for (let presses = 0; presses < 100; presses += 1) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate(() => document.activeElement?.textContent?.trim())) === button) return;
  }
  throw new Error(`Tab never came to ${button}`);
}
