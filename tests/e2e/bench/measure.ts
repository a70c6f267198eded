// Moments on a page, on the clock that all pages and this process share.
import type { Page } from "@playwright/test";

declare global {
  interface Window {
    /** When each mark was first seen since `watch` was called, Unix milliseconds. */
    benchMarks: Record<string, number>;
  }
}

/** Notes the first click on `selector`. */
export function watchClick(page: Page, mark: string, selector: string): Promise<void> {
  return page.evaluate(
    ([mark, selector]) => {
      window.benchMarks ??= {};
      delete window.benchMarks[mark];
      const listener = (event: Event): void => {
        if (!(event.target instanceof Element) || !event.target.closest(selector)) return;
        window.benchMarks[mark] = performance.timeOrigin + performance.now();
        document.removeEventListener("click", listener, true);
      };
      document.addEventListener("click", listener, true);
    },
    [mark, selector] as const,
  );
}

/** Notes when `selector` is first there. */
export function watchAppearance(page: Page, mark: string, selector: string): Promise<void> {
  return page.evaluate(
    ([mark, selector]) => {
      window.benchMarks ??= {};
      delete window.benchMarks[mark];
      const look = (): boolean => {
        if (!document.querySelector(selector)) return false;
        window.benchMarks[mark] = performance.timeOrigin + performance.now();
        return true;
      };
      if (look()) throw new Error(`${selector} is there already`);
      const observer = new MutationObserver(() => {
        if (look()) observer.disconnect();
      });
      observer.observe(document.body, { childList: true, subtree: true });
    },
    [mark, selector] as const,
  );
}

/** The moment of a mark, once it has come. */
export async function moment(page: Page, mark: string): Promise<number> {
  await page.waitForFunction((mark) => window.benchMarks[mark] !== undefined, mark, { timeout: 30_000 });
  return page.evaluate((mark) => window.benchMarks[mark]!, mark);
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
