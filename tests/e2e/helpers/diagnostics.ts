// The flight recorder's file, by the menu in Flex's header.
import { expect, type Download, type Page } from "@playwright/test";

export const button = (page: Page) => page.getByRole("button", { name: "Backline", exact: true });
export const item = (page: Page) => page.getByRole("menuitem", { name: "Save diagnostics" });

/** Saves what the plugin decided, with the keyboard alone. */
export async function saveDiagnostics(page: Page): Promise<Download> {
  await button(page).focus();
  await page.keyboard.press("Enter");
  await expect(item(page)).toBeFocused();
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  return download;
}
