// What the browser keeps of the directory for the next start: each agent's own, in each account.
import type { Page } from "@playwright/test";
import { expect, test } from "../helpers/test";

const field = (page: Page) => page.getByRole("combobox", { name: "Select an agent" });
const options = (page: Page) => page.getByRole("listbox", { name: "Select an agent" }).getByRole("option");
const said = (page: Page, text: RegExp) => page.getByRole("region", { name: "Internal call" }).getByRole("status").getByText(text);

/** Neither Flex's own list of workers nor the functions'. */
const NO_LIST = ["rpc:workers", "functions:flex/people"].map((target) => ({ target, effect: { fail: 503 } }));

/** The directories that are kept, by whose they are. */
const kept = (page: Page) => inDatabase(page, {});

/** Puts records into the plugin's database; what is in it then, favourites aside. */
const inDatabase = (page: Page, put: Record<string, number[]>) =>
  page.evaluate(
    (put) =>
      new Promise<Record<string, number[]>>((resolve, reject) => {
        const opening = indexedDB.open("backline");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          if (!database.objectStoreNames.contains("directory")) return resolve({});
          const transaction = database.transaction("directory", "readwrite");
          const store = transaction.objectStore("directory");
          for (const [key, bytes] of Object.entries(put)) store.put(new Uint8Array(bytes), key);
          const found: Record<string, number[]> = {};
          store.openCursor().onsuccess = function () {
            if (!this.result) return;
            if (this.result.value instanceof Uint8Array) found[String(this.result.key)] = [...this.result.value];
            this.result.continue();
          };
          transaction.oncomplete = () => {
            database.close();
            resolve(found);
          };
        };
      }),
    put,
  );

test("another agent's directory on the same computer, whole or damaged, is neither read nor written", async ({ sandbox, agents }) => {
  for (const other of ["bob", "carol"] as const) await sandbox.setActivity(other, "Available");
  const alice = await agents.at("alice");
  const { page } = alice;
  const before = alice.errors.length;
  const listed = async () => {
    await alice.openDialpad();
    await alice.agentTab.click();
    await field(page).fill("");
    await field(page).click();
  };
  await listed();
  await expect(options(page)).toHaveCount(2);
  await expect.poll(async () => Object.keys(await kept(page))).toEqual([expect.stringMatching(/^AC\w{32} WK\w{32}$/)]);
  const [[hers, bytes]] = Object.entries(await kept(page)) as [[string, number[]]];
  const [account, worker] = hers.split(" ") as [string, string];
  const others = {
    [`${account} WK${"0".repeat(32)}`]: [1, 2, 3],
    [`AC${"0".repeat(32)} ${worker}`]: bytes.slice(0, -9),
  };
  await inDatabase(page, others);

  // Only what is kept knows somebody who is Offline, as long as the lists fail.
  await sandbox.setActivity("carol", "Offline");
  await sandbox.setFaults(NO_LIST);
  await page.reload();
  await listed();
  await expect(said(page, /^3 colleagues are known, the others could not be loaded/)).toBeVisible();
  await sandbox.clearFaults();
  await expect(said(page, /could not be loaded/)).toBeHidden({ timeout: 60_000 });
  expect(await kept(page)).toMatchObject(others);

  await inDatabase(page, { [hers]: [...bytes.slice(0, 8), 255, 255, 255, 255] });
  await sandbox.setActivity("carol", "Available");
  await page.reload();
  await listed();
  await expect(options(page)).toHaveCount(2);
  await expect.poll(async () => (await kept(page))[hers]?.length).toBeGreaterThan(12);
  expect(await kept(page)).toMatchObject(others);
  expect(Object.keys(await kept(page))).toHaveLength(3);
  expect(alice.errors.slice(before)).toEqual([]);
});
