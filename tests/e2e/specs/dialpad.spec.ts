import { expect, test } from "../helpers/test";

test("the open list scrolls Flex's panel, never Flex's page, and is all in view", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  await sandbox.setActivity("bob", "Available");
  await sandbox.setActivity("carol", "Break");
  const usual = alice.page.viewportSize()!;
  for (const size of [{ width: 1280, height: 720 }, { width: 1440, height: 900 }, usual]) {
    await alice.page.setViewportSize(size);
    await alice.openDialpad();
    await alice.page.getByRole("combobox", { name: "Select an agent" }).click();
    await expect(alice.page.getByRole("option", { name: "Bob Brown" })).toBeInViewport({ ratio: 1 });
    const carol = alice.page.getByRole("option", { name: "Carol Clark" });
    await expect(carol).toBeInViewport({ ratio: 1 });
    // It grows: the favourites have a heading, and with them everybody else.
    await alice.page.keyboard.press("Control+d");
    await expect(alice.page.getByRole("group", { name: "Favorites" })).toBeVisible();
    await expect(carol).toBeInViewport({ ratio: 1 });
    await alice.page.keyboard.press("Control+d");
    const scrolled = await alice.page.evaluate(() =>
      [...document.querySelectorAll("*")].filter((element) => element.scrollTop > 0).map((element) => element.className),
    );
    expect(scrolled.every((name) => name.includes("Twilio-OutboundDialerPanel")), scrolled.join()).toBe(true);
    await alice.page.keyboard.press("Escape");
  }
});

test("the tabs and the list follow the keyboard as their roles promise", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  await sandbox.setActivity("bob", "Available");
  await sandbox.setActivity("carol", "Break");
  await alice.openDialpad();
  const { keyboard } = alice.page;
  const agentTab = alice.page.getByRole("tab", { name: "Call Agent" });
  const queueTab = alice.page.getByRole("tab", { name: "Call Queue" });
  await agentTab.click();
  await keyboard.press("ArrowRight");
  await expect(queueTab).toBeFocused();
  await expect(queueTab).toHaveAttribute("aria-selected", "true");
  await expect(alice.page.getByRole("combobox", { name: "Select a queue" })).toBeVisible();
  await expect(alice.page.getByRole("combobox", { name: "Select an agent" })).toBeHidden();
  await keyboard.press("Home");
  await expect(agentTab).toBeFocused();

  const field = alice.page.getByRole("combobox", { name: "Select an agent" });
  await field.fill("");
  await keyboard.press("ArrowDown");
  // In the order that stays: who can be reached is listed first.
  await expect(alice.page.getByRole("option", { name: "Bob Brown" })).toContainText("Available");
  await expect(alice.page.getByRole("option", { name: "Carol Clark" })).toContainText("Break");
  await keyboard.press("End");
  // Who that is depends on whom she called before.
  const last = alice.page.getByRole("listbox", { name: "Select an agent" }).getByRole("option").last();
  await expect(last).toHaveAttribute("aria-selected", "true");
  await expect(field).toHaveAttribute("aria-activedescendant", (await last.getAttribute("id")) ?? "none");
  await keyboard.press("Tab");
  await expect(alice.page.getByRole("listbox", { name: "Select an agent" })).toBeHidden();
  await expect(field).toHaveValue("");
  await expect(alice.callButton).toBeDisabled();
});

test("Enter held down chooses and does not call, Escape held down closes and does not clear", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  await sandbox.setActivity("bob", "Available");
  await alice.openDialpad();
  const { keyboard } = alice.page;
  const field = alice.page.getByRole("combobox", { name: "Select an agent" });
  const options = alice.page.getByRole("listbox", { name: "Select an agent" }).getByRole("option");
  await field.fill("");
  await field.fill("Bob B");
  await expect(options).toHaveText([/Bob Brown/]);
  // Each after the first repeats, as a keyboard does.
  for (let time = 0; time < 3; time += 1) await keyboard.down("Enter");
  await keyboard.up("Enter");
  await expect(field).toHaveValue("Bob Brown");
  // At once, not waited for: a call would be over in the end, too.
  expect(await alice.page.getByRole("region", { name: "Internal call" }).innerText()).not.toMatch(/Calling|Ringing/);
  expect(await alice.callButton.isEnabled()).toBe(true);
  await keyboard.press("ArrowDown");
  await expect(field).toHaveAttribute("aria-expanded", "true");
  for (let time = 0; time < 3; time += 1) await keyboard.down("Escape");
  await keyboard.up("Escape");
  await expect(field).toHaveAttribute("aria-expanded", "false");
  await expect(field).toHaveValue("Bob Brown");
  await keyboard.press("Escape");
  await expect(field).toHaveValue("");
  await expect(alice.callButton).toBeDisabled();
});
