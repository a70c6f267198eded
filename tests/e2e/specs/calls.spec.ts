// Several calls at once: nobody hears the agent, and he nobody, on two.
import { heardBy } from "../helpers/ears";
import type { Agent } from "../helpers/agent";
import type { Sandbox } from "../helpers/sandbox";
import { expect, test } from "../helpers/test";

const customers = ["Dana", "Erin", "Farid", "Gita", "Hugo", "Ines", "Jun", "Kai"];

/** Below this a muted microphone's zeroes are. */
const AUDIBLE = 20;

/** Who hears whom at this moment, by name: the agent, the customers, music. */
class Ears {
  private readonly names = new Map<string, string>();

  constructor(private readonly sandbox: Sandbox) {}

  async customerCalls(name: string): Promise<string> {
    const number = `+1555000${1000 + this.names.size}`;
    const call = await this.sandbox.customerCalls({ from: number, name });
    this.names.set(call, name);
    return call;
  }

  async hears(name: string): Promise<string[]> {
    const legs = await this.sandbox.legs();
    const nameOf = (call: string) =>
      this.names.get(call) ?? legs.find((leg) => leg.call === call)?.identity ?? call;
    const own = legs.filter((leg) => nameOf(leg.call) === name);
    const audible = own.flatMap(({ hears }) => hears).filter(({ level }) => level > AUDIBLE);
    return audible.map(({ source }) => nameOf(source)).sort();
  }
}

async function begin(sandbox: Sandbox, alice: Agent, calls: number): Promise<Ears> {
  // Earlier specs left them Available: the customers are for Alice.
  for (const other of ["bob", "carol"] as const) await sandbox.setActivity(other, "Offline");
  await sandbox.setCapacity("alice", calls);
  return new Ears(sandbox);
}

async function answer(alice: Agent, ears: Ears, name: string): Promise<string> {
  const call = await ears.customerCalls(name);
  await alice.expectRinging();
  await alice.accept();
  await expect.poll(() => ears.hears(name), `${name} hears Alice`).toEqual(["alice"]);
  return call;
}

/** What was measured over the whole of it. */
async function expectNeverOnTwo(sandbox: Sandbox, alice: Agent): Promise<void> {
  const voice = await sandbox.voice("alice");
  const heard = await heardBy(alice.page);
  expect(voice.heard_ms, "her voice was measured").toBeGreaterThan(500);
  expect(heard.audible, "her ears were measured").toBeGreaterThan(25);
  expect(voice.on_two_ms, "her voice on two calls").toBe(0);
  expect(heard.twice, "two callers in her ears").toBe(0);
}

async function hangUpAll(alice: Agent, names: string[]): Promise<void> {
  for (const name of names.slice(0, -1)) {
    await alice.calls.getByRole("button", { name: `Hang up ${name}` }).click();
    await alice.callRow(name).waitFor({ state: "hidden" });
  }
  await alice.hangUpButton.click();
  for (let left = names.length; left > 0; left -= 1) await complete(alice);
}

async function complete(alice: Agent): Promise<void> {
  if (!(await alice.completeButton.isVisible())) await alice.tasks.first().click();
  const before = await alice.tasks.count();
  await alice.completeButton.click();
  await expect(alice.tasks).toHaveCount(before - 1);
}

test.afterEach(async ({ sandbox }) => {
  await sandbox.setCapacity("alice", 1);
});

test("Alice accepts a second customer, swaps back, and ends both", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const ears = await begin(sandbox, alice, 2);
  await answer(alice, ears, "Dana");
  await expect(alice.calls).toBeHidden();
  await ears.customerCalls("Erin");
  await expect(alice.offer("Erin")).toBeVisible();
  await alice.offer("Erin").getByRole("button", { name: "Hold & answer" }).click();
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("Dana")).toEqual(["music"]);
  await expect(alice.callRow("Dana")).toContainText("On hold");
  await expect(alice.callRow("Erin")).toContainText("Live");
  await alice.page.screenshot({ path: "../../target/e2e-calls.png" });

  await alice.swapTo("Dana");
  await expect(alice.callRow("Dana")).toContainText("Live");
  await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("Erin")).toEqual(["music"]);
  await expect(alice.callRow("Erin")).toContainText("On hold");

  await hangUpAll(alice, ["Erin", "Dana"]);
  await expectNeverOnTwo(sandbox, alice);
  await expect(alice.dialpadButton).toBeEnabled();
});

for (const count of [4, 8]) {
  test(`${count} customers at once`, async ({ sandbox, agents }) => {
    const alice = await agents.listening("alice");
    const ears = await begin(sandbox, alice, count);
    const names = customers.slice(0, count);
    for (const [number, name] of names.entries()) {
      await answer(alice, ears, name);
      for (const former of names.slice(0, number)) await expect.poll(() => ears.hears(former)).toEqual(["music"]);
    }
    await alice.swapTo("Dana");
    await expect(alice.callRow("Dana")).toContainText("Live");
    await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
    await hangUpAll(alice, [...names.slice(1), "Dana"]);
    await expectNeverOnTwo(sandbox, alice);
  });
}
