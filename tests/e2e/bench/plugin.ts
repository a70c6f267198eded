// Another plugin in the place of Backline's.
import type { BrowserContext } from "@playwright/test";

/** Flex loads this script, and Backline not at all, in every page of the context. */
export async function servePlugin(context: BrowserContext, script: string): Promise<void> {
  await context.route(/\/plugins(\?.*)?$/, (route) =>
    route.fulfill({
      json: [{ name: "reference", version: "1.0.0", flexVersion: "*", phase: 3, src: "/plugins/reference.js" }],
    }),
  );
  await context.route("**/plugins/reference.js", (route) =>
    route.fulfill({ contentType: "text/javascript", body: script }),
  );
}
