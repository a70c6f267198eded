// Figures that a spec has measured: in its report, and printed. What they must be is asserted elsewhere.
import { test } from "@playwright/test";

export function note(type: string, figures: object): void {
  const description = JSON.stringify(figures);
  test.info().annotations.push({ type, description });
  console.log(`${type}: ${description}`);
}
