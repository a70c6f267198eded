// Second act: two customers and a colleague at once; whoever is not spoken to hears music.
import { heardBy } from "../helpers/ears";
import type { Agent } from "../helpers/agent";
import { expect } from "../helpers/test";
import { Ears } from "../helpers/who-hears";
import { picture, say, type Stage } from "./stage";

const CAPACITY = 3;

export async function severalCallsAtOnce({ sandbox, agents }: Stage): Promise<void> {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const ears = new Ears(sandbox);
  await sandbox.setCapacity("alice", CAPACITY);
  say("sandbox", `Alice may have ${CAPACITY} calls at once from now on`);
  // The customers are for Alice.
  await bob.become("Unavailable");
  say(bob.name, "is Unavailable");

  await ears.customerCalls("Dana");
  say("Dana", "calls in");
  await alice.expectRinging();
  await alice.accept();
  say(alice.name, "accepts Dana's call");
  await expectHeard(ears, { Dana: ["alice"], alice: ["Dana"] });

  await ears.customerCalls("Erin");
  say("Erin", "calls in");
  await holdAndAnswer(alice, "Erin", "07-erin-calls");
  await expectHeard(ears, { Dana: ["music"], Erin: ["alice"], alice: ["Erin"] });
  await expectRows(alice, { Dana: "On hold", Erin: "Live" });

  await bob.become("Available");
  await bob.call(alice.name);
  say(bob.name, `is Available again, and calls ${alice.name}`);
  await holdAndAnswer(alice, bob.name, "08-bob-calls");
  await expectHeard(ears, { Dana: ["music"], Erin: ["music"], bob: ["alice"], alice: ["bob"] });
  await expectRows(alice, { Dana: "On hold", Erin: "On hold", [bob.name]: "Live" });
  await picture(alice, "09-alice-with-three-calls");

  await alice.swapTo("Dana");
  say(alice.name, 'pressed "Swap to Dana"');
  await expectHeard(ears, { Dana: ["alice"], Erin: ["music"], bob: ["music"], alice: ["Dana"] });
  await expectRows(alice, { Dana: "Live", Erin: "On hold", [bob.name]: "On hold" });
  await expect(bob.status).toContainText(`${alice.name} put you on hold.`);
  say(bob.name, `reads "${alice.name} put you on hold."`);
  await picture(alice, "10-alice-swapped-to-dana");
  await picture(bob, "11-bob-on-hold");

  for (const name of ["Erin", bob.name]) {
    await alice.calls.getByRole("button", { name: `Hang up ${name}` }).click();
    await alice.callRow(name).waitFor({ state: "hidden" });
    say(alice.name, `hung up ${name}`);
  }
  await expectHeard(ears, { Dana: ["alice"] });
  await alice.tasks.filter({ hasText: "Dana" }).click();
  await alice.hangUp();
  say(alice.name, "hung up Dana");
  for (const name of ["Erin", "Dana"]) await alice.complete(name);
  await alice.expectNoTasks();
  await bob.expectNoTasks();
  await sandbox.expectAtRest();
  say("sandbox", "no task, reservation, conference or leg is open");

  const voice = await sandbox.voice("alice");
  const heard = await heardBy(alice.page);
  expect(voice.heard_ms, "Alice's voice was measured").toBeGreaterThan(0);
  expect(heard.audible, "Alice's ears were measured").toBeGreaterThan(0);
  expect(voice.on_two_ms, "Alice's voice on two calls").toBe(0);
  expect(heard.twice, "two callers in Alice's ears").toBe(0);
  say("measured", `${voice.heard_ms} ms of Alice's voice, ${voice.on_two_ms} ms on two calls`);
  say("measured", `${heard.samples} samples of Alice's ears, ${heard.audible} with a voice, ${heard.twice} with two`);
}

async function holdAndAnswer(alice: Agent, name: string, pictureName: string): Promise<void> {
  await expect(alice.offer(name)).toBeVisible();
  say(alice.name, `sees that ${name} calls`);
  await picture(alice, pictureName);
  await alice.offer(name).getByRole("button", { name: "Hold & answer" }).click();
  say(alice.name, `pressed "Hold & answer" for ${name}`);
}

/** Each hears exactly these; the timeline says how loud. */
async function expectHeard(ears: Ears, expected: Record<string, string[]>): Promise<void> {
  for (const [listener, speakers] of Object.entries(expected)) {
    await expect.poll(() => ears.hears(listener), `what ${listener} hears`).toEqual(speakers);
    const levels = await ears.levels(listener);
    say(listener, `hears ${levels.map(({ from, level }) => `${from} (level ${level})`).join(", ")}`);
  }
}

/** What the strip of her calls says of each. */
async function expectRows(alice: Agent, expected: Record<string, string>): Promise<void> {
  for (const [name, state] of Object.entries(expected)) await expect(alice.callRow(name)).toContainText(state);
  const rows = Object.entries(expected).map(([name, state]) => `${name}: ${state}`);
  say(alice.name, `sees ${rows.join(", ")}`);
}
