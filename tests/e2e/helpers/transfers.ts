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
 * Flex takes `EndConferenceOnExit` off an agent up to half a second after a third one came (flex-ui 2.17.1): whoever hangs
 * up before that ends the call of all.
 */
export async function expectLeavable(sandbox: Sandbox): Promise<void> {
  const ending = async () => {
    const { telephony } = await sandbox.state();
    const agents = telephony.calls.filter(({ customer }) => customer === null).map(({ sid }) => sid);
    const three = telephony.conferences.filter(({ participants }) => participants.length > 2);
    return three.flatMap(({ participants }) => participants.filter(({ call, end_on_exit }) => end_on_exit && agents.includes(call)));
  };
  await expect.poll(async () => (await ending()).length, "the call does not end with an agent who leaves").toBe(0);
}

type How = "Transfer to" | "Consult";

/** Presses Flex's button beside that colleague. */
export async function toColleague(agent: Agent, how: How, identity: Identity): Promise<void> {
  await openDirectory(agent);
  await press(agent, how, people[identity]);
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
