// The page is reloaded in a call: the Voice SDK hangs up with it.
import type { Agent } from "../helpers/agent";
import type { Sandbox } from "../helpers/sandbox";
import { expect, test } from "../helpers/test";
import { Ears } from "../helpers/who-hears";

async function begin(sandbox: Sandbox, recover: boolean): Promise<Ears> {
  // Earlier specs left them Available: the customers are for Alice.
  for (const other of ["bob", "carol"] as const) await sandbox.setActivity(other, "Offline");
  await sandbox.setCapacity("alice", 4);
  await sandbox.configure("multi_call", { enabled: true, recover });
  return new Ears(sandbox);
}

async function answer(alice: Agent, ears: Ears, name: string): Promise<void> {
  await alice.acceptOf(name);
  await expect.poll(() => ears.hears(name), `${name} hears Alice`).toEqual(["alice"]);
}

async function talkTo(alice: Agent, ears: Ears, name: string): Promise<void> {
  await ears.customerCalls(name);
  await answer(alice, ears, name);
}

test.afterEach(async ({ sandbox }) => {
  await sandbox.setCapacity("alice", 1);
  await sandbox.configure("multi_call", { enabled: true });
});

test("without recovery the call ends, and Alice reads it", async ({ sandbox, agents }) => {
  const ears = await begin(sandbox, false);
  const alice = await agents.at("alice");
  await alice.page.reload();
  await alice.start(sandbox);
  await talkTo(alice, ears, "Dana");
  await alice.page.reload();
  await alice.start(sandbox);
  await expect(alice.told("The page was reloaded during your call with Dana, and the call ended.")).toBeVisible();
  await alice.complete("Dana");
});

test("a customer whose agent's page is reloaded is offered again, and they talk on", async ({ sandbox, agents }) => {
  const ears = await begin(sandbox, true);
  const alice = await agents.at("alice");
  await alice.page.reload();
  await alice.start(sandbox);
  await talkTo(alice, ears, "Dana");
  await alice.page.reload();
  await expect.poll(() => ears.hears("Dana"), "Dana waits").toEqual(["music"]);
  await alice.start(sandbox);
  await expect(alice.told("If Dana is still on the line, the call is offered again")).toBeVisible();
  await alice.expectRinging();
  await answer(alice, ears, "Dana");
  // The task of before was completed by itself.
  await expect(alice.tasks).toHaveCount(1);
  await alice.page.screenshot({ path: "../../target/e2e-recovered.png" });
  await alice.hangUp();
  await alice.complete("Dana");
});

test("hanging up ends the call, and nobody is offered again", async ({ sandbox, agents }) => {
  const ears = await begin(sandbox, true);
  const alice = await agents.at("alice");
  await alice.page.reload();
  await alice.start(sandbox);
  await talkTo(alice, ears, "Dana");
  await alice.hangUp();
  await alice.complete("Dana");
  await alice.expectNoTasks();
  await sandbox.expectAtRest();
});

test("two customers are both offered again, also if Twilio's word of it is lost", async ({ sandbox, agents }) => {
  const ears = await begin(sandbox, true);
  const alice = await agents.at("alice");
  await alice.page.reload();
  await alice.start(sandbox);
  await talkTo(alice, ears, "Dana");
  await ears.customerCalls("Erin");
  await alice.offer("Erin").getByRole("button", { name: "Hold & answer" }).click();
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("Dana")).toEqual(["music"]);
  await sandbox.setFaults([{ target: "webhook:conference-status", effect: "lose" }]);
  await alice.page.reload();
  await alice.start(sandbox);
  await sandbox.clearFaults();
  for (const name of ["Dana", "Erin"]) {
    await expect(alice.told(`If ${name} is still on the line, the call is offered again`)).toBeVisible();
    await expect.poll(() => ears.hears(name), `${name} waits`).toEqual(["music"]);
  }
  await expect(alice.tasks).toHaveCount(2);
  await answer(alice, ears, "Dana");
  await alice.hangUp();
  await alice.complete("Dana");
  await answer(alice, ears, "Erin");
  await alice.hangUp();
  await alice.complete("Erin");
});
