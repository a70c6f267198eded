// Favourites and recent calls: in the agent's own Sync map and on his computer, by mouse and by keyboard.
import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { Agent, people } from "../helpers/agent";
import { expect, test } from "../helpers/test";

const field = (page: Page) => page.getByRole("combobox", { name: "Select an agent" });
const list = (page: Page) => page.getByRole("listbox", { name: "Select an agent" });
const group = (page: Page, name: string) => list(page).getByRole("group", { name });
const favourites = (page: Page) => group(page, "Favorites").getByRole("option");
const option = (within: Locator, name: string) => within.getByRole("option", { name });
const staysHere = (page: Page) => page.getByText("Favorites and recent calls stay on this computer for now");

/** Opens the field with nothing in it. */
async function open(agent: Agent): Promise<void> {
  await agent.openDialpad();
  await agent.agentTab.click();
  await field(agent.page).fill("");
  await field(agent.page).click();
  await expect(list(agent.page)).toBeVisible();
}

const star = (page: Page, name: string, label: string) => option(list(page), name).getByTitle(label).click();

/** Nobody is a favourite, as at the start of every test but for who was called. */
async function clear(page: Page): Promise<void> {
  while (await favourites(page).count()) {
    const before = await favourites(page).count();
    await favourites(page).first().getByTitle("Remove from favorites").click();
    await expect(favourites(page)).toHaveCount(before - 1);
  }
}

test.beforeEach(async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  await sandbox.setActivity("bob", "Available");
  await sandbox.setActivity("carol", "Available");
  await open(alice);
  await expect(option(list(alice.page), people.carol)).toBeVisible();
  await clear(alice.page);
});

test("a starred colleague heads the list, also after a reload and on another machine, and is gone everywhere when he is removed", async ({
  sandbox,
  agents,
  browser,
}, info) => {
  const alice = await agents.at("alice");
  const context = await browser.newContext({ permissions: ["microphone"] });
  const elsewhere = new Agent("alice", await context.newPage(), context);
  await elsewhere.start(sandbox);
  await open(elsewhere);
  await expect(favourites(elsewhere.page)).toHaveCount(0);

  await star(alice.page, people.carol, "Add to favorites");
  await expect(list(alice.page).getByRole("option").first()).toContainText(people.carol);
  await expect(favourites(alice.page)).toHaveText([/Carol Clark/]);
  await expect(favourites(elsewhere.page)).toHaveText([/Carol Clark/]);
  await alice.page.screenshot({ path: info.outputPath("favourite.png") });

  await alice.page.reload();
  await open(alice);
  await expect(favourites(alice.page)).toHaveText([/Carol Clark/]);

  await star(elsewhere.page, people.bob, "Add to favorites");
  await expect(favourites(alice.page)).toHaveText([/Carol Clark/, /Bob Brown/]);
  await star(elsewhere.page, people.carol, "Remove from favorites");
  await expect(favourites(alice.page)).toHaveText([/Bob Brown/]);
  await star(alice.page, people.bob, "Remove from favorites");
  await expect(favourites(elsewhere.page)).toHaveCount(0);
  await elsewhere.close();
});

test("what Twilio refuses is kept on this computer, said, and written once it can be", async ({ sandbox, agents, browser }, info) => {
  const alice = await agents.at("alice");
  await sandbox.setFaults([{ target: "sync:maps.write", effect: { fail: 403 } }]);
  await star(alice.page, people.bob, "Add to favorites");
  await expect(favourites(alice.page)).toHaveText([/Bob Brown/]);
  await expect(staysHere(alice.page)).toBeVisible();
  await alice.page.screenshot({ path: info.outputPath("stays-here.png") });
  await alice.page.reload();
  await open(alice);
  await expect(favourites(alice.page)).toHaveText([/Bob Brown/]);
  await expect(staysHere(alice.page)).toBeVisible();

  await sandbox.clearFaults();
  await expect(staysHere(alice.page)).toBeHidden({ timeout: 60_000 });
  const context = await browser.newContext({ permissions: ["microphone"] });
  const elsewhere = new Agent("alice", await context.newPage(), context);
  await elsewhere.start(sandbox);
  await open(elsewhere);
  await expect(favourites(elsewhere.page)).toHaveText([/Bob Brown/]);
  await elsewhere.close();
});

test("all of it goes by keyboard, and a screen reader is told", async ({ agents }, info) => {
  const alice = await agents.at("alice");
  const { keyboard } = alice.page;
  const panel = alice.page.getByRole("region", { name: "Internal call" });
  const said = (text: string) => expect(panel.getByRole("status").getByText(text)).toBeAttached();
  await field(alice.page).fill("bob");
  await expect(list(alice.page).getByRole("option")).toHaveCount(1);
  await keyboard.press("Control+d");
  await said("Bob Brown is now a favorite.");
  await field(alice.page).fill("carol");
  await expect(list(alice.page).getByRole("option")).toHaveText([/Carol Clark/]);
  await keyboard.press("Enter");
  const toggle = panel.getByRole("button", { name: "Favorite: Carol Clark" });
  await expect(toggle).toHaveAttribute("aria-pressed", "false");
  await keyboard.press("Tab");
  await expect(toggle).toBeFocused();
  await keyboard.press("Enter");
  await expect(toggle).toHaveAttribute("aria-pressed", "true");
  await said("Carol Clark is now a favorite.");

  await field(alice.page).click();
  await expect(favourites(alice.page)).toHaveText([/Bob Brown/, /Carol Clark/]);
  await keyboard.press("Home");
  await keyboard.press("ArrowDown");
  await keyboard.press("Alt+ArrowUp");
  await said("Carol Clark is now favorite number 1.");
  await expect(favourites(alice.page)).toHaveText([/Carol Clark/, /Bob Brown/]);
  await expect(favourites(alice.page).first()).toHaveAttribute("aria-selected", "true");
  await expect(favourites(alice.page).nth(1)).toHaveAttribute("aria-keyshortcuts", "Control+2 Meta+2");
  const { violations } = await new AxeBuilder({ page: alice.page }).include("section[aria-label='Internal call']").analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([]);

  const usual = alice.page.viewportSize()!;
  await panel.evaluate((section) => Object.assign((section as HTMLElement).style, { width: "250px", direction: "rtl" }));
  const spills = () =>
    list(alice.page).evaluate((box) => [...box.querySelectorAll("*")].filter((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 1).length);
  expect(await spills()).toBe(0);
  await alice.page.screenshot({ path: info.outputPath("narrow.png") });
  await alice.page.setViewportSize(usual);
  await keyboard.press("Control+d");
  await said("Carol Clark is no longer a favorite.");
  await expect(favourites(alice.page)).toHaveText([/Bob Brown/]);
  await panel.evaluate((section) => (section as HTMLElement).removeAttribute("style"));
});

test("Ctrl and a digit calls a favourite from anywhere but a field of others, and who was called heads the recent ones", async ({ agents }, info) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const { keyboard } = alice.page;
  await open(alice);
  await star(alice.page, people.bob, "Add to favorites");
  await expect(favourites(alice.page)).toHaveText([/Bob Brown/]);
  const number = alice.page.getByRole("textbox", { name: "Enter a number" });
  await number.focus();
  await keyboard.press("Control+1");
  await expect(field(alice.page)).toHaveValue("");
  await bob.expectNoTasks();
  // Also while the other tab is shown, whose place the field takes first.
  await alice.page.getByRole("tab", { name: "Call Queue" }).click();
  await keyboard.press("Control+1");
  await bob.expectRinging();
  await bob.reject();
  await expect(alice.told(`${bob.name} declined`)).toBeVisible();
  await alice.expectNoTasks();

  await open(alice);
  await expect(favourites(alice.page)).toHaveText([/Bob Brown/]);
  await star(alice.page, people.bob, "Remove from favorites");
  await expect(group(alice.page, "Recent").getByRole("option").first()).toContainText(people.bob);
  await expect(list(alice.page).getByRole("option").first()).toContainText(people.bob);
  await alice.page.screenshot({ path: info.outputPath("recent.png") });
});

test("Ctrl and a digit calls nobody while the dial pad is closed", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await open(alice);
  await star(alice.page, people.bob, "Add to favorites");
  await expect(favourites(alice.page)).toHaveText([/Bob Brown/]);
  await alice.page.keyboard.press("Escape");
  await alice.dialpadButton.click();
  await expect(alice.agentTab).toBeHidden();
  const tasks = async () => (await sandbox.state()).routing.tasks.map(({ sid }) => sid);
  const before = await tasks();
  await alice.page.keyboard.press("Control+1");
  // What is done next comes after the keys, at Flex and at the sandbox.
  await bob.become("Break");
  await bob.become("Available");
  await open(alice);
  await star(alice.page, people.bob, "Remove from favorites");
  // TaskRouter forgets old ones meanwhile.
  expect((await tasks()).filter((sid) => !before.includes(sid))).toEqual([]);
});
