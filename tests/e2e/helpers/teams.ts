// A supervisor at Flex's Teams view.
import { type Locator, expect } from "@playwright/test";
import type { Agent } from "./agent";

/** Flex, as far as it is reached into. */
interface FlexGlobal {
  Actions: { invokeAction(name: string, payload: object): Promise<unknown> };
}

/** Goes to one of Flex's views without loading the page anew, which would end her calls. */
export async function goTo(agent: Agent, view: "teams" | "agent-desktop"): Promise<void> {
  await agent.page.evaluate(async (viewName) => {
    const { Flex } = (window as unknown as { Twilio: { Flex: FlexGlobal } }).Twilio;
    await Flex.Actions.invokeAction("NavigateToView", { viewName });
  }, view);
}

/** Presses Flex's own Monitor button on the colleague's call with that customer. */
export async function monitor(supervisor: Agent, colleague: Agent, customer: string): Promise<void> {
  await goTo(supervisor, "teams");
  const row = supervisor.page.getByRole("row").filter({ hasText: colleague.name });
  await row.getByText(customer, { exact: true }).first().click();
  await monitorButton(supervisor).click();
  await expect(stopButton(supervisor)).toBeVisible();
}

export const monitorButton = (supervisor: Agent): Locator =>
  supervisor.page.getByRole("button", { name: "Monitor Call", exact: true });

export const stopButton = (supervisor: Agent): Locator =>
  supervisor.page.getByRole("button", { name: "Stop Monitoring Call", exact: true });
