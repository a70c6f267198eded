// The directory of a large workspace: 10,000 colleagues, of whom 800 are online. They stay: this is the last spec by name.
import type { Locator, Page } from "@playwright/test";
import type { Agent } from "../helpers/agent";
import { note } from "../helpers/note";
import { expect, test } from "../helpers/test";

const ALL = 10_000;
const ONLINE = 800;

/** Neither Flex's own list of workers nor the functions'. */
const NO_LIST = ["rpc:workers", "functions:flex/people"].map((target) => ({ target, effect: { fail: 503 } }));

const field = (page: Page) => page.getByRole("combobox", { name: "Select an agent" });
const options = (page: Page) => page.getByRole("listbox", { name: "Select an agent" }).getByRole("option");
const sentence = (page: Page, text: string | RegExp) =>
  page.getByRole("region", { name: "Internal call" }).getByRole("status").getByText(text);
const everybodyIsIn = (page: Page) => expect(sentence(page, `50 of ${ONLINE} shown`)).toBeVisible({ timeout: 60_000 });

/** Opens the field with nothing in it. */
async function open(agent: Agent): Promise<void> {
  await agent.openDialpad();
  await agent.agentTab.click();
  await field(agent.page).fill("");
  await field(agent.page).click();
}

/** The login of somebody Available who is not among the 200 whom a live query gives. */
async function beyondTheFirst200(page: Page, all = ALL): Promise<string> {
  const given = await page.evaluate(async () => {
    const flex = (window as unknown as { Twilio: { Flex: FlexGlobal } }).Twilio.Flex.Manager.getInstance();
    const offline = flex.serviceConfiguration.taskrouter_offline_activity_sid;
    const query = await flex.insightsClient.liveQuery("tr-worker", `data.worker_activity_sid != "${offline}"`);
    const logins = Object.values(query.getItems()).map((row) => row.friendly_name);
    query.close();
    return logins;
  });
  expect(given).toHaveLength(200);
  for (let number = 7; number < all; number += 25) {
    const login = `agent${String(number).padStart(5, "0")}`;
    if (!given.includes(login)) return login;
  }
  throw new Error("everybody is among the first 200");
}

interface FlexGlobal {
  Manager: {
    getInstance(): {
      serviceConfiguration: { taskrouter_offline_activity_sid: string };
      insightsClient: {
        liveQuery(index: string, expression: string): Promise<{ getItems(): Record<string, { friendly_name: string }>; close(): void }>;
      };
    };
  };
}

/** Notes the page's long tasks (over 50 ms) from now on: figures for the report, not asserted, as the machine is shared. */
async function watch(page: Page): Promise<() => Promise<{ ms: number; longest: number; tasks: number[] }>> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)));
    observer.observe({ entryTypes: ["longtask"] });
    Object.assign(window, { watched: { tasks, start: performance.now() } });
  });
  return () =>
    page.evaluate(() => {
      const { tasks, start } = (window as unknown as { watched: { tasks: number[]; start: number } }).watched;
      return { ms: Math.round(performance.now() - start), longest: Math.round(Math.max(0, ...tasks)), tasks: tasks.map(Math.round) };
    });
}

/** How many directories are kept for the next start; favourites are kept beside them. */
const kept = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const opening = indexedDB.open("backline");
        opening.onerror = () => resolve(0);
        opening.onsuccess = () => {
          const database = opening.result;
          const reading = database.transaction("directory").objectStore("directory").getAll();
          reading.onsuccess = () => {
            database.close();
            resolve(reading.result.filter((record) => record instanceof Uint8Array).length);
          };
        };
      }),
  );

const emailOf = async (option: Locator) => (await option.innerText()).match(/(\S+)@example\.com/)?.[1] ?? "";

test("with nobody online the panel says so, and does not speak of spelling", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  for (const other of ["bob", "carol"] as const) await sandbox.setActivity(other, "Offline");
  await open(alice);
  await expect(sentence(alice.page, "No colleague is online at present.")).toBeVisible();
  await field(alice.page).fill("zzz");
  await expect(sentence(alice.page, /Nobody matches/)).toBeVisible();
});

/** Enough that more are online than a live query gives, and few enough to be asked for one by one. */
const SOME = 4_000;

test("where Flex's own list of workers is refused everybody comes by the functions, and the panel says so", async ({ sandbox, agents }, info) => {
  await agents.close();
  await sandbox.addColleagues(SOME);
  const alice = await agents.at("alice");
  const login = await beyondTheFirst200(alice.page, SOME);
  await alice.openDialpad();
  await sandbox.setFaults([{ target: "rpc:workers", effect: { fail: 403 } }]);
  await field(alice.page).click();
  const other = sentence(alice.page, "Flex could not load the list of colleagues. It is loaded from Backline's server instead.");
  await expect(other).toBeVisible();
  await expect(options(alice.page)).toHaveCount(50);
  await alice.page.screenshot({ path: info.outputPath("by-the-functions.png") });
  await field(alice.page).fill(login);
  await expect(options(alice.page)).toHaveCount(1, { timeout: 90_000 });
  await expect(options(alice.page).first()).toContainText("Available");
  await field(alice.page).fill("");
  await expect(sentence(alice.page, `50 of ${(SOME * 2) / 25} shown`)).toBeVisible({ timeout: 90_000 });
  await expect(other).toBeHidden();
  await field(alice.page).fill(login);
  await options(alice.page).first().click();
  await expect(alice.callButton).toBeEnabled();
});

test("10,000 come page by page, those online at once, and typing finds one beyond the first 200", async ({ sandbox, agents }, info) => {
  await agents.close();
  await sandbox.addColleagues(ALL);
  const alice = await agents.at("alice");
  const login = await beyondTheFirst200(alice.page);
  await alice.openDialpad();
  // Slow enough to be seen coming.
  await sandbox.setFaults([{ target: "rpc:workers", latency_ms: 300 }]);
  const figures = await watch(alice.page);
  await field(alice.page).click();
  await expect(options(alice.page)).toHaveCount(50);
  note("first results", await figures());
  await expect(sentence(alice.page, /^\d,\d00 colleagues so far…$/)).toBeVisible();
  await field(alice.page).fill(login);
  await expect(options(alice.page)).toHaveCount(1, { timeout: 30_000 });
  await expect(options(alice.page).first()).toContainText("Available");
  await field(alice.page).fill("");
  await everybodyIsIn(alice.page);
  note("everybody, at 300 ms a page", await figures());
  await alice.page.screenshot({ path: info.outputPath("everybody.png") });
  await field(alice.page).fill(login);
  await options(alice.page).first().click();
  await expect(alice.callButton).toBeEnabled();
});

test("a colleague who goes offline under the cursor is not followed by another", async ({ sandbox, agents }) => {
  await sandbox.addColleagues(ALL);
  const alice = await agents.at("alice");
  await open(alice);
  await everybodyIsIn(alice.page);
  for (let step = 0; step < 3; step += 1) await alice.page.keyboard.press("ArrowDown");
  const active = alice.page.getByRole("listbox", { name: "Select an agent" }).locator('[aria-selected="true"]');
  // On the screen, as the active one is.
  const justAbove = active.locator("xpath=preceding-sibling::*[@role='option'][1]");
  const [above, chosen] = [await emailOf(justAbove), await emailOf(active)];
  expect(chosen).not.toBe(above);
  await sandbox.setActivity(above, "Offline");
  await expect(options(alice.page).filter({ hasText: above })).toHaveCount(0);
  expect(await emailOf(active)).toBe(chosen);
  await sandbox.setActivity(chosen, "Offline");
  await expect(options(alice.page).filter({ hasText: chosen })).toHaveCount(0);
  await expect(active).toHaveCount(0);
  await alice.page.keyboard.press("Enter");
  await expect(field(alice.page)).toHaveValue("");
  await expect(alice.callButton).toBeDisabled();
  for (const login of [above, chosen]) await sandbox.setActivity(login, "Available");
});

test("what somebody beyond the first 200 does is told while he is on the screen, since when too, and if it cannot be", async ({ sandbox, agents }, info) => {
  await sandbox.addColleagues(ALL);
  const alice = await agents.at("alice");
  await open(alice);
  const login = await beyondTheFirst200(alice.page);
  await field(alice.page).fill(login);
  await expect(options(alice.page)).toHaveCount(1);
  await expect(options(alice.page).first()).toContainText(/Available\s*since/);
  await sandbox.setActivity(login, "Break");
  await expect(options(alice.page).first()).toContainText(/Break\s*since \d/);
  await alice.page.screenshot({ path: info.outputPath("since.png") });
  await sandbox.setFaults([{ target: "sync:insights.write", effect: { fail: 403 } }]);
  await field(alice.page).fill("");
  await field(alice.page).fill("agent");
  const old = sentence(alice.page, /What your colleagues do cannot be checked at present/);
  await expect(old).toBeVisible();
  await alice.page.screenshot({ path: info.outputPath("old.png") });
  await sandbox.clearFaults();
  await expect(old).toBeHidden({ timeout: 30_000 });
  await sandbox.setActivity(login, "Available");
});

test("the next start knows everybody before the list answers, and what they do once it does", async ({ sandbox, agents }) => {
  // Who went and came back unseen in an earlier test is there again once everybody is listed again, a minute later.
  await agents.close();
  await sandbox.addColleagues(ALL);
  const alice = await agents.at("alice");
  await open(alice);
  await everybodyIsIn(alice.page);
  await expect.poll(() => kept(alice.page)).toBe(1);
  const login = await beyondTheFirst200(alice.page);
  await sandbox.setFaults(NO_LIST);
  await alice.page.reload();
  await alice.openDialpad();
  const figures = await watch(alice.page);
  await field(alice.page).click();
  await expect(options(alice.page)).toHaveCount(50);
  note("restored", await figures());
  await field(alice.page).fill(login);
  await expect(options(alice.page)).toHaveCount(1);
  await expect(options(alice.page).first()).toContainText("Not known yet");
  await expect(sentence(alice.page, /^10,003 colleagues are known, the others could not be loaded/)).toBeVisible();
  await sandbox.clearFaults();
  // Nobody presses anything.
  await expect(options(alice.page).first()).toContainText("Available", { timeout: 30_000 });
  await field(alice.page).fill("");
  await everybodyIsIn(alice.page);
});

test("a list that fails half way leaves what is known, says so, and goes on by Retry", async ({ sandbox, agents }, info) => {
  await agents.close();
  await sandbox.addColleagues(ALL);
  const alice = await agents.at("alice");
  await alice.openDialpad();
  await sandbox.setFaults([{ target: "rpc:workers", latency_ms: 700 }]);
  await field(alice.page).click();
  await expect(sentence(alice.page, /^[23],\d00 colleagues so far…$/)).toBeVisible({ timeout: 30_000 });
  await sandbox.setFaults(NO_LIST);
  await expect(sentence(alice.page, /^\d,\d{3} colleagues are known, the others could not be loaded/)).toBeVisible({ timeout: 30_000 });
  await alice.page.screenshot({ path: info.outputPath("half.png") });
  await field(alice.page).fill("agent");
  await expect(options(alice.page).first()).toBeVisible();
  await sandbox.clearFaults();
  await field(alice.page).fill("");
  await field(alice.page).blur();
  const figures = await watch(alice.page);
  const retry = alice.page.getByRole("region", { name: "Internal call" }).getByRole("button", { name: "Retry" });
  // It may have gone on by itself in the very moment.
  await retry.click({ timeout: 2000 }).catch(() => undefined);
  await everybodyIsIn(alice.page);
  note("the rest, at full speed", await figures());
});
