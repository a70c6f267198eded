import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestInfo } from "@playwright/test";
import { AxeBuilder } from "@axe-core/playwright";
import { type Agent, talk } from "../helpers/agent";
import { button, item, saveDiagnostics } from "../helpers/diagnostics";
import { expect, test } from "../helpers/test";

const root = join(import.meta.dirname, "../../..");

interface Saved {
  format: number;
  savedAt: string;
  entries: { at: number; event: { kind: string }; effects?: { kind: string }[] }[];
}

/** Saves by the menu: where the file is now. */
async function saved({ page }: Agent, info: TestInfo): Promise<string> {
  const download = await saveDiagnostics(page);
  expect(download.suggestedFilename()).toMatch(/^backline-diagnostics-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.json$/);
  const file = info.outputPath(download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

function replayed(file: string): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync("cargo", ["xtask", "replay", file], { cwd: root, encoding: "utf8" });
  return { status, text: stdout + stderr };
}

test("Alice takes a call, hangs up, and saves the diagnostics: nobody is named, and they replay to the same decisions", async ({
  sandbox,
  agents,
}, info) => {
  // Compiled before anybody waits for it.
  execFileSync("cargo", ["build", "--quiet", "--package", "xtask"], { cwd: root });
  const bob = await agents.at("bob");
  const alice = await agents.at("alice");
  await talk(sandbox, bob, alice);
  await alice.hangUp();
  await alice.expectNoTasks();
  await alice.choose("Call Agent", "Select an agent", bob.name);

  const file = await saved(alice, info);
  await expect(alice.told(/Diagnostics were saved as backline-diagnostics-/)).toBeVisible();
  await expect(button(alice.page)).toBeFocused();
  const text = readFileSync(file, "utf8");
  expect(text).not.toMatch(/alice|bob|carol|anderson|brown|clark|example|localhost|\+1\d/i);
  const { format, savedAt, entries } = JSON.parse(text) as Saved;
  expect(format).toBe(1);
  expect(Math.abs(Date.now() - Date.parse(savedAt))).toBeLessThan(60_000);
  const kinds = new Set(entries.map(({ event }) => event.kind));
  for (const kind of ["started", "reservationChanged", "actionRequested", "settled", "queryTyped", "personChosen"]) {
    expect(kinds).toContain(kind);
  }
  const ordered = new Set(entries.flatMap(({ effects }) => effects?.map(({ kind }) => kind)));
  expect(ordered).toContain("callWorker");

  const same = replayed(file);
  expect(same.text).toContain(`All ${entries.length} decisions are the same.`);
  expect(same.status).toBe(0);

  // And it says so if they are not.
  const other = info.outputPath("other.json");
  writeFileSync(other, text.replaceAll('"kind":"callWorker"', '"kind":"hangUp"'));
  const different = replayed(other);
  expect(different.text).toMatch(/[1-9]\d* of \d+ decisions differ/);
  expect(different.status).toBe(1);
});

test("the menu closes with Escape and by a click elsewhere, and axe finds nothing in it", async ({ agents }) => {
  const { page } = await agents.at("alice");
  await button(page).click();
  await expect(item(page)).toBeFocused();
  await expect(button(page)).toHaveAttribute("aria-expanded", "true");
  const { violations } = await new AxeBuilder({ page }).include("#backline-menu").include("[aria-controls='backline-menu']").analyze();
  expect(violations).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(item(page)).toBeHidden();
  await expect(button(page)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(item(page)).toBeFocused();
  await page.locator("body").click({ position: { x: 640, y: 600 } });
  await expect(item(page)).toBeHidden();
  await expect(button(page)).toHaveAttribute("aria-expanded", "false");
});
