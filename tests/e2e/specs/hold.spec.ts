import { talk } from "../helpers/agent";
import type { Sandbox } from "../helpers/sandbox";
import { expect, test } from "../helpers/test";

/** Below this a muted microphone's zeroes are. */
const AUDIBLE = 20;

/** What is audible on the agent's leg at this moment. */
async function hears(sandbox: Sandbox, identity: string): Promise<string[]> {
  const legs = await sandbox.legs();
  const speakers = new Map(legs.map(({ call, identity: name }) => [call, name ?? "customer"]));
  const own = legs.find((leg) => leg.identity === identity);
  const audible = (own?.hears ?? []).filter(({ level }) => level > AUDIBLE);
  return audible.map(({ source }) => speakers.get(source) ?? source).sort();
}

test("Alice puts Bob on hold: he hears music, she hears nobody, both read it, and resuming undoes it", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await talk(sandbox, alice, bob);
  await expect.poll(() => hears(sandbox, "bob")).toEqual(["alice"]);

  await alice.holdButton(bob.name).click();
  await expect(alice.status).toContainText(`${bob.name} is on hold.`);
  await expect(bob.status).toContainText(`${alice.name} put you on hold.`);
  await expect.poll(() => hears(sandbox, "bob")).toEqual(["music"]);
  await expect.poll(() => hears(sandbox, "alice")).toEqual([]);
  await expect(alice.page.locator(".Twilio-TaskButton-Hold")).toHaveCount(0);

  await alice.resumeButton(bob.name).click();
  await expect(alice.holdButton(bob.name)).toBeVisible();
  await expect(bob.status).not.toContainText("on hold");
  await expect.poll(() => hears(sandbox, "bob")).toEqual(["alice"]);
  await expect.poll(() => hears(sandbox, "alice")).toEqual(["bob"]);
  await alice.hangUp();
});

test("the callee holds by Flex's own action, as shortcuts and other plugins invoke it, and hanging up ends all", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await talk(sandbox, alice, bob);
  await bob.invoke("HoldCall");
  await expect.poll(() => hears(sandbox, "alice")).toEqual(["music"]);
  await expect(alice.status).toContainText(`${bob.name} put you on hold.`);
  await bob.hangUp();
});

test("a hold that fails is told, and nobody is on hold", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await talk(sandbox, alice, bob);
  await sandbox.setFaults([{ target: "rest:participants.update", effect: { fail: 500 } }]);
  await alice.holdButton(bob.name).click();
  await expect(alice.told("could not be put on hold")).toBeVisible();
  await expect(alice.holdButton(bob.name)).toBeVisible();
  await expect.poll(() => hears(sandbox, "bob")).toEqual(["alice"]);
  await sandbox.clearFaults();
  await alice.hangUp();
});

test("muting is each agent's own: it survives being put on hold and taken back", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await talk(sandbox, alice, bob);
  await bob.page.getByRole("button", { name: "Mute" }).click();
  await expect.poll(() => hears(sandbox, "alice")).toEqual([]);
  await alice.holdButton(bob.name).click();
  await expect.poll(() => hears(sandbox, "bob")).toEqual(["music"]);
  await alice.resumeButton(bob.name).click();
  await expect.poll(() => hears(sandbox, "bob")).toEqual(["alice"]);
  await expect.poll(() => hears(sandbox, "alice")).toEqual([]);
  await bob.page.getByRole("button", { name: "Unmute" }).click();
  await expect.poll(() => hears(sandbox, "alice")).toEqual(["bob"]);
  await alice.hangUp();
});
