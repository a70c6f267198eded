// Backline's own buttons below a call by conference: whom it is transferred to, and who is added.
import { expect, type Locator } from "@playwright/test";
import type { Agent } from "./agent";

export const canvas = (agent: Agent): Locator => agent.page.locator(".Twilio-CallCanvas");

/** Chooses whom to, and presses "Transfer now". */
export async function transferTo(agent: Agent, to: "an agent" | "a queue", name: string): Promise<void> {
  await canvas(agent).getByRole("button", { name: "Transfer", exact: true }).click();
  await canvas(agent).getByRole("tab", { name: `To ${to}` }).click();
  await choose(agent, to === "an agent" ? "Select an agent" : "Select a queue", name, "Transfer now");
}

/** Chooses whom, and presses "Add to the call". */
export async function add(agent: Agent, name: string): Promise<void> {
  await canvas(agent).getByRole("button", { name: "Add a colleague" }).click();
  await choose(agent, "Select an agent", name, "Add to the call");
}

async function choose(agent: Agent, label: string, name: string, button: string): Promise<void> {
  const now = canvas(agent).getByRole("button", { name: button });
  await expect(now).toBeDisabled();
  await canvas(agent).getByRole("combobox", { name: label }).fill(name);
  await canvas(agent).getByRole("listbox", { name: label }).getByRole("option", { name }).first().click();
  await agent.page.screenshot({ path: `../../target/e2e-${button.toLowerCase().replaceAll(" ", "-")}-${agent.identity}.png` });
  await now.click();
}
