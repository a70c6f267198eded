// Flex's own transfers, by its directory and its call canvas.
import { type Locator, expect } from "@playwright/test";
import type { Agent } from "./agent";
import { people, type Identity } from "./agent";
import type { Sandbox } from "./sandbox";
import type { Ears } from "./who-hears";

/** Each hears exactly these. */
export async function expectHears(ears: Ears, expected: Record<string, string[]>): Promise<void> {
  for (const [listener, speakers] of Object.entries(expected)) {
    await expect.poll(() => ears.hears(listener), `${listener} hears ${speakers.join(", ") || "nobody"}`).toEqual(speakers);
  }
}

/**
 * Flex takes `EndConferenceOnExit` off the agents up to half a second after a third one came, and gives it to the last one
 * as late (flex-ui 2.17.1): whoever hangs up before that ends the call of all, or leaves the customer to himself.
 */
export async function expectLeavable(sandbox: Sandbox): Promise<void> {
  const wrong = async () => {
    const { telephony } = await sandbox.state();
    const agents = telephony.calls.filter(({ customer }) => customer === null).map(({ sid }) => sid);
    return telephony.conferences
      .filter(({ status }) => status === "in-progress")
      .flatMap(({ participants }) =>
        participants.filter(({ call, end_on_exit }) => agents.includes(call) && end_on_exit === participants.length > 2),
      );
  };
  await expect.poll(async () => (await wrong()).length, "the call ends with its last agent, and with nobody before").toBe(0);
}

type How = "Transfer to" | "Consult";

/**
 * Presses Flex's button beside that colleague. A consult that is answered within half a second of this is "Calling…" for
 * ever: an event that comes before the transfer's own answer is kept until the next of its looks, one each half second, and
 * then put over what came later (twilio-taskrouter 2.1.1, `_emitEventForOutgoingTransfer`). Nobody answers so fast.
 */
export async function toColleague(agent: Agent, how: How, identity: Identity): Promise<void> {
  await openDirectory(agent);
  await press(agent, how, people[identity]);
  if (how === "Consult") await agent.page.waitForTimeout(600);
}

/** Presses Flex's button beside that queue. */
export async function toQueue(agent: Agent, how: How, queue: string): Promise<void> {
  await openDirectory(agent);
  await agent.page.locator(".Twilio-WorkerDirectory-Popup, .Twilio-WorkerDirectory").getByText("Queues", { exact: true }).first().click();
  await press(agent, how, queue);
}

async function openDirectory(agent: Agent): Promise<void> {
  await agent.page.locator(".Twilio-CallCanvas").getByRole("button", { name: "Open transfer directory" }).click();
}

async function press(agent: Agent, how: How, name: string): Promise<void> {
  const button = agent.page.getByRole("button", { name: `${how} ${name}`, exact: true });
  await button.hover({ force: true }).catch(() => undefined);
  await button.click();
}

/** Flex's own button on a participant of the call on the screen. */
export function ofParticipant(agent: Agent, name: string): Locator {
  return agent.page.locator(".Twilio-CallCanvas").getByRole("button", { name, exact: true });
}

/** Completes what Flex has a person complete: the part of a call that was handed on. */
export async function complete(agent: Agent): Promise<void> {
  const done = async () => {
    if ((await agent.tasks.count()) === 0) return true;
    // It may go by itself meanwhile.
    const press = (button: Locator) => button.click({ timeout: 500 }).catch(() => undefined);
    await press(agent.tasks.first());
    if (await agent.completeButton.isVisible()) await press(agent.completeButton);
    return false;
  };
  await expect.poll(done, `nothing is left at ${agent.name}'s`).toBe(true);
}
