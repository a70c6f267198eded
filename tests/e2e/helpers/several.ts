// An agent with several calls: how they begin, how they end, and what must be true of all of it.
import { expect } from "@playwright/test";
import type { Agent } from "./agent";
import { heardBy } from "./ears";
import { note } from "./note";
import type { Sandbox } from "./sandbox";
import { Ears } from "./who-hears";

export async function begin(sandbox: Sandbox, alice: Agent, calls: number): Promise<Ears> {
  // Earlier specs left them Available: the customers are for Alice.
  for (const other of ["bob", "carol"] as const) await sandbox.setActivity(other, "Offline");
  await sandbox.setCapacity("alice", calls);
  return new Ears(sandbox);
}

export async function answer(alice: Agent, ears: Ears, name: string): Promise<string> {
  const call = await ears.customerCalls(name);
  await alice.expectRinging();
  await alice.accept();
  await expect.poll(() => ears.hears(name), `${name} hears Alice`).toEqual(["alice"]);
  return call;
}

/** What was measured over the whole of it. */
export async function expectNeverOnTwo(sandbox: Sandbox, alice: Agent): Promise<void> {
  const voice = await sandbox.voice("alice");
  const heard = await heardBy(alice.page);
  note("voice and ears", { voice, heard });
  expect(voice.heard_ms, "her voice was measured").toBeGreaterThan(0);
  expect(heard.audible, "her ears were measured").toBeGreaterThan(0);
  expect(voice.on_two_ms, "her voice on two calls").toBe(0);
  expect(heard.twice, "two callers in her ears").toBe(0);
  expect(heard.openTwice, "two open microphones").toBe(0);
  // Two packets, but for what a timer rounds.
  expect(heard.handover, "from one open microphone to another").toBeGreaterThan(39);
}

export async function hangUpAll(alice: Agent, names: string[]): Promise<void> {
  for (const name of names.slice(0, -1)) {
    await alice.calls.getByRole("button", { name: `Hang up ${name}` }).click();
    await alice.callRow(name).waitFor({ state: "hidden" });
  }
  // Those before it go into wrap-up a moment after they left the strip.
  for (const name of names.slice(-1)) await alice.hangUpOf(name);
  for (const name of names) await alice.complete(name);
}

/** Dana talks to Alice, Erin is on offer. */
export async function danaTalksErinWaits(sandbox: Sandbox, alice: Agent): Promise<{ ears: Ears; erin: string; dana: string }> {
  const ears = await begin(sandbox, alice, 2);
  const dana = await answer(alice, ears, "Dana");
  const erin = await ears.customerCalls("Erin");
  await expect(alice.offer("Erin")).toBeVisible();
  return { ears, erin, dana };
}

export const holdAndAnswer = (alice: Agent) => alice.offer("Erin").getByRole("button", { name: "Hold & answer" }).click();
