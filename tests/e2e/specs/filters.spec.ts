// Filters of the agent directory by click: status, team, skill.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { type Agent, people } from "../helpers/agent";
import { expect, test } from "../helpers/test";

const panel = (page: Page) => page.getByRole("region", { name: "Internal call" });
const field = (page: Page) => page.getByRole("combobox", { name: "Select an agent" });
const options = (page: Page) => page.getByRole("listbox", { name: "Select an agent" }).getByRole("option");
const toggle = (page: Page) => panel(page).getByRole("button", { name: /^Filters/ });
const filter = (page: Page, name: string) => panel(page).getByRole("combobox", { name, exact: true });
const clear = (page: Page) => panel(page).getByRole("button", { name: "Clear filters" });
const said = (page: Page, text: string | RegExp) => panel(page).getByRole("status").getByText(text);
const { bob, carol } = people;

/** Opens the list, which may be open. */
async function list(agent: Agent): Promise<void> {
  await field(agent.page).focus();
  await agent.page.keyboard.press("Escape");
  await agent.page.keyboard.press("ArrowDown");
}

async function listed(agent: Agent, ...names: string[]): Promise<void> {
  await list(agent);
  await expect(options(agent.page)).toHaveText(names.map((name) => new RegExp(name)));
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).include("section[aria-label='Internal call']").analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

// Bob is in Sales and has the skill support, Carol is in Retention and has the skill sales.
test.beforeEach(async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  await sandbox.setAttributes("bob", { team_name: "Sales EMEA" });
  await sandbox.setAttributes("carol", { team_name: "Retention" });
  await sandbox.setActivity("bob", "Available");
  await sandbox.setActivity("carol", "Break");
  await alice.openDialpad();
  await alice.agentTab.click();
  await field(alice.page).fill("");
});

test.afterEach(async ({ sandbox, agents }) => {
  for (const identity of ["bob", "carol"]) await sandbox.setAttributes(identity, { team_name: null });
  const { page } = await agents.at("alice");
  if (await clear(page).isVisible()) await clear(page).click();
  if ((await toggle(page).getAttribute("aria-expanded")) === "true") await toggle(page).click();
});

test("a team and a status are chosen by keyboard, stay in force when the filters are closed, and are cleared", async ({ sandbox, agents }, info) => {
  const alice = await agents.at("alice");
  const { page } = alice;
  const { keyboard } = page;
  await listed(alice, bob, carol);
  await keyboard.press("Escape");
  await keyboard.press("Shift+Tab");
  await expect(toggle(page)).toBeFocused();
  await expect(toggle(page)).toHaveAttribute("aria-expanded", "false");
  await expect(filter(page, "Team")).toBeHidden();
  await keyboard.press("Enter");
  await expect(toggle(page)).toHaveAttribute("aria-expanded", "true");
  await keyboard.press("Tab");
  await expect(filter(page, "Status")).toBeFocused();
  await keyboard.press("Tab");
  await expect(filter(page, "Team")).toBeFocused();
  await expect(filter(page, "Team").getByRole("option")).toHaveText(["Any team", "Retention", "Sales EMEA"]);
  await keyboard.type("Sal");
  await expect(filter(page, "Team")).toHaveValue("Sales EMEA");
  await expect(said(page, "Filtered by Sales EMEA.")).toBeVisible();
  await expect(said(page, "Found: 1.")).toBeVisible();
  for (const next of [filter(page, "Skill"), clear(page), field(page)]) {
    await keyboard.press("Tab");
    await expect(next).toBeFocused();
  }
  await keyboard.press("ArrowDown");
  await expect(options(page)).toHaveText([new RegExp(bob)]);
  await page.screenshot({ path: info.outputPath("team.png") });

  await filter(page, "Status").selectOption("Break");
  await expect(said(page, "Nobody matches the filters.")).toBeVisible();
  await expect(said(page, "Filtered by Break, Sales EMEA.")).toBeVisible();
  await field(page).click();
  await expect(options(page)).toHaveCount(0);
  await page.screenshot({ path: info.outputPath("nobody.png") });
  await filter(page, "Team").selectOption("Any team");
  await listed(alice, carol);
  await sandbox.setActivity("bob", "Break");
  await expect(options(page)).toHaveText([new RegExp(bob), new RegExp(carol)]);
  await filter(page, "Skill").selectOption("sales");
  await listed(alice, carol);

  await toggle(page).click();
  await expect(toggle(page)).toHaveAttribute("aria-expanded", "false");
  await expect(filter(page, "Status")).toBeHidden();
  await expect(toggle(page)).toHaveText("Filters (2)");
  await expect(said(page, "Filtered by Break, sales.")).toBeVisible();
  await listed(alice, carol);
  await page.screenshot({ path: info.outputPath("closed.png") });
  await keyboard.press("Escape");
  await keyboard.press("Shift+Tab");
  await expect(clear(page)).toBeFocused();
  await keyboard.press("Enter");
  await expect(toggle(page)).toBeFocused();
  await expect(toggle(page)).toHaveText("Filters");
  await expect(said(page, /Filtered by/)).toHaveCount(0);
  await expect(clear(page)).toHaveCount(0);
  await listed(alice, bob, carol);
});

test("a dial pad that is opened again has no filter; where nobody has a team there is none to choose", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const { page } = alice;
  await toggle(page).click();
  await filter(page, "Team").selectOption("Retention");
  await listed(alice, carol);
  await alice.dialpadButton.click();
  await expect(alice.agentTab).toBeHidden();
  await alice.openDialpad();
  await expect(toggle(page)).toHaveAttribute("aria-expanded", "false");
  await expect(toggle(page)).toHaveText("Filters");
  await listed(alice, bob, carol);

  await toggle(page).click();
  await expect(filter(page, "Team")).toBeVisible();
  for (const identity of ["bob", "carol"]) await sandbox.setAttributes(identity, { team_name: null });
  await expect(filter(page, "Team")).toBeHidden();
  await expect(filter(page, "Skill")).toBeVisible();
});

test("axe finds nothing in the filters, and a narrow column written from right to left cuts nothing off", async ({ agents }, info) => {
  const { page } = await agents.at("alice");
  await toggle(page).click();
  await expect(filter(page, "Team")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await filter(page, "Team").selectOption("Retention");
  await expect(said(page, "Found: 1.")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await panel(page).evaluate((section) => Object.assign((section as HTMLElement).style, { width: "250px", direction: "rtl" }));
  const outside = () =>
    panel(page).evaluate((section) => {
      const { left, right } = section.getBoundingClientRect();
      const parts = [...section.querySelectorAll<HTMLElement>("label, select, button, input")].filter((part) => part.offsetParent);
      return parts.filter((part) => part.getBoundingClientRect().left < left || part.getBoundingClientRect().right > right).map((part) => part.outerHTML);
    });
  expect(await outside()).toEqual([]);
  await page.screenshot({ path: info.outputPath("narrow.png") });
  await panel(page).evaluate((section) => (section as HTMLElement).removeAttribute("style"));
});

test("what is known of the colleague who is chosen stands below the field, is read out, and goes on as he does", async ({ sandbox, agents }, info) => {
  const alice = await agents.at("alice");
  const { page } = alice;
  const { keyboard } = page;
  const about = panel(page).locator("#backline-agent-about");
  await listed(alice, bob, carol);
  await expect(field(page)).not.toHaveAttribute("aria-describedby");
  await expect(options(page).filter({ hasText: carol })).toContainText("since");
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await expect(field(page)).toHaveValue(carol);
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveAccessibleDescription(/^Status: Break since \S.*Team: Retention.*Skills: sales$/);
  await expect(said(page, /^Status: Break since \S.*Team: Retention\. Skills: sales$/)).toHaveCount(1);
  await page.screenshot({ path: info.outputPath("about.png") });
  expect(await violations(page)).toEqual([]);
  await expect(options(page)).toHaveCount(0);
  await sandbox.setActivity("carol", "Available");
  await expect(about).toContainText("Status: Available since");

  await sandbox.setAttributes("bob", { team_name: null });
  await listed(alice, bob, carol);
  await keyboard.press("Enter");
  await expect(field(page)).toHaveValue(bob);
  await expect(about).toContainText("Team: not known");
  await expect(about).toContainText("Skills: support");
  await keyboard.type("x");
  await expect(about).toHaveCount(0);
  await expect(field(page)).not.toHaveAttribute("aria-describedby");
  await expect(said(page, /^Status:/)).toHaveCount(0);
  await field(page).fill("");
});

test("in a narrow column of a page written from right to left the list and what is known of somebody stay within the panel", async ({ sandbox, agents }, info) => {
  const { page } = await agents.at("alice");
  const team = "Kundenr\u00fcckgewinnungsbereitschaftsdienstNordwest";
  await sandbox.setAttributes("carol", { team_name: team });
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  await panel(page).evaluate((section) => Object.assign((section as HTMLElement).style, { width: "250px", flexBasis: "250px" }));
  const cut = (within: string) =>
    panel(page).evaluate((section, selector) => {
      const room = section.getBoundingClientRect();
      // What only screen readers are told is one pixel wide.
      const parts = [...section.querySelectorAll<HTMLElement>(selector)].filter(({ offsetWidth, offsetParent }) => offsetParent && offsetWidth > 1);
      if (parts.length === 0) return ["nothing is there"];
      const outside = ({ left, right }: DOMRect) => left < room.left - 0.5 || right > room.right + 0.5;
      const clipped = ({ scrollWidth, clientWidth }: HTMLElement) => clientWidth > 0 && scrollWidth > clientWidth;
      return parts.filter((part) => outside(part.getBoundingClientRect()) || clipped(part)).map(({ outerHTML }) => outerHTML);
    }, within);
  await field(page).fill("kundenr");
  await expect(options(page)).toHaveText([new RegExp(team)]);
  expect(await cut("[role=listbox], [role=listbox] *")).toEqual([]);
  await page.screenshot({ path: info.outputPath("list-found.png") });
  await field(page).fill("");
  await expect(options(page)).toHaveText([new RegExp(bob), new RegExp(carol)]);
  expect(await cut("[role=listbox], [role=listbox] *")).toEqual([]);
  await page.screenshot({ path: info.outputPath("list.png") });
  await options(page).filter({ hasText: carol }).click();
  await expect(panel(page).locator("#backline-agent-about")).toContainText(`Team: ${team}`);
  expect(await cut("#backline-agent-about, #backline-agent-about *, label, input, button")).toEqual([]);
  // What is known of her takes lines: the button that calls her is in view all the same.
  await expect((await agents.at("alice")).callButton).toBeInViewport({ ratio: 1 });
  await page.screenshot({ path: info.outputPath("about-narrow.png") });
  await page.evaluate(() => document.documentElement.removeAttribute("dir"));
  await panel(page).evaluate((section) => (section as HTMLElement).removeAttribute("style"));
  await field(page).fill("");
});
