// The page is reloaded in a call: the Voice SDK hangs up with it.
import { type Agent, talk } from "../helpers/agent";
import type { Sandbox } from "../helpers/sandbox";
import { type Agents, expect, test } from "../helpers/test";
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
  await sandbox.clearFaults();
  for (const agent of ["alice", "bob"] as const) await sandbox.setCapacity(agent, 1);
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

/** Both again in one call, and nobody else. */
async function expectTalk(ears: Ears): Promise<void> {
  await expect.poll(() => ears.hears("bob"), "Bob hears Alice").toEqual(["alice"]);
  await expect.poll(() => ears.hears("alice"), "Alice hears Bob").toEqual(["bob"]);
}

async function withBob(sandbox: Sandbox, agents: Agents, settings: object = {}, bobCalls = false) {
  await sandbox.setActivity("carol", "Offline");
  await sandbox.setCapacity("alice", 4);
  await sandbox.setCapacity("bob", 4);
  await sandbox.configure("multi_call", { enabled: true, recover: true, ...settings });
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  for (const agent of [alice, bob]) {
    await agent.page.reload();
    await agent.start(sandbox);
  }
  const ears = new Ears(sandbox);
  await (bobCalls ? talk(sandbox, bob, alice) : talk(sandbox, alice, bob));
  await expectTalk(ears);
  return { alice, bob, ears };
}

for (const who of ["caller", "callee"] as const) {
  test(`the ${who}'s page is reloaded: his colleague waits, and they talk on`, async ({ sandbox, agents }) => {
    const { alice, bob, ears } = await withBob(sandbox, agents);
    const [gone, left] = who === "caller" ? [alice, bob] : [bob, alice];
    await gone.page.reload();
    await expect(left.status).toContainText(`${gone.name}'s connection was lost.`);
    await left.page.screenshot({ path: "../../target/e2e-lost.png" });
    await gone.start(sandbox);
    await expectTalk(ears);
    await expect(left.status).not.toContainText("lost");
    await gone.page.screenshot({ path: "../../target/e2e-rejoined.png" });
    // Hold works on the leg that came back.
    await left.holdButton(gone.name).click();
    await expect.poll(() => ears.hears(gone.identity)).toEqual(["music"]);
    await left.resumeButton(gone.name).click();
    await expectTalk(ears);
    await gone.hangUp();
    await expect(left.hangUpButton).toBeHidden();
    await alice.expectNoTasks();
    await bob.expectNoTasks();
    await sandbox.expectAtRest();
    // What happened in between is no news any more.
    await expect(gone.told("and the call ended")).toHaveCount(0);
  });
}

test("nobody comes back: the call ends when the time is over, and both read it", async ({ sandbox, agents }) => {
  const { alice, bob } = await withBob(sandbox, agents, { rejoin_seconds: 5 });
  await bob.page.goto("about:blank");
  await expect(alice.status).toContainText(`${bob.name}'s connection was lost.`);
  await expect(alice.told(`${bob.name}'s connection was lost and did not come back, so the call ended.`)).toBeVisible();
  await alice.expectNoTasks();
  await bob.start(sandbox);
  await expect(bob.told(`during your call with ${alice.name}, and the call ended.`)).toBeVisible();
  await bob.expectNoTasks();
  await sandbox.expectAtRest();
});

test("the one who is left hangs up first: nobody is brought back", async ({ sandbox, agents }) => {
  const { alice, bob } = await withBob(sandbox, agents);
  await bob.page.goto("about:blank");
  await expect(alice.status).toContainText("connection was lost");
  await alice.hangUp();
  await alice.expectNoTasks();
  await bob.start(sandbox);
  await expect(bob.told(`during your call with ${alice.name}, and the call ended.`)).toBeVisible();
  await bob.expectNoTasks();
  await sandbox.expectAtRest();
});

test("both pages go at once: the call ends, and both read it", async ({ sandbox, agents }) => {
  const { alice, bob } = await withBob(sandbox, agents);
  await Promise.all([alice, bob].map(({ page }) => page.goto("about:blank")));
  for (const agent of [alice, bob]) {
    await agent.start(sandbox);
    await expect(agent.told("and the call ended.")).toBeVisible();
    await agent.expectNoTasks();
  }
  await sandbox.expectAtRest();
});

test("every word of his leaving is lost, and of his coming back: they talk on all the same", async ({ sandbox, agents }) => {
  const { alice, bob, ears } = await withBob(sandbox, agents);
  await sandbox.setFaults([
    { target: "webhook:conference-status", effect: "lose" },
    { target: "webhook:call-status", effect: "lose" },
  ]);
  await bob.page.reload();
  await bob.start(sandbox);
  await expectTalk(ears);
  await sandbox.clearFaults();
  await expect(alice.status).not.toContainText("lost");
  await expectTalk(ears);
  await alice.hangUp();
  await sandbox.expectAtRest();
});

for (const first of ["the colleague", "the customer"] as const) {
  test(`with a customer beside, ${first} comes first: both are talked to again, never at once`, async ({ sandbox, agents }) => {
    const { alice, bob, ears } = await withBob(sandbox, agents, {}, true);
    await sandbox.setActivity("bob", "Unavailable");
    await ears.customerCalls("Dana");
    await alice.offer("Dana").getByRole("button", { name: "Hold & answer" }).click();
    await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
    await expect.poll(() => ears.hears("bob")).toEqual(["music"]);
    if (first === "the customer") await sandbox.setFaults([{ target: "functions:flex/rejoin", latency_ms: 6_000, times: 1 }]);
    await alice.page.reload();
    await alice.start(sandbox);
    if (first === "the colleague") {
      await alice.offer("Dana").waitFor();
      await alice.offer("Dana").getByRole("button", { name: "Hold & answer" }).click();
    } else {
      await alice.acceptOf("Dana");
      await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
    }
    await alice.callRow(bob.name).waitFor();
    await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
    await expect.poll(() => ears.hears("bob")).toEqual(["music"]);
    const { on_two_ms } = await sandbox.voice("alice");
    expect(on_two_ms).toBe(0);
    await alice.swapTo(bob.name);
    await expect.poll(() => ears.hears("bob")).toEqual(["alice"]);
    await bob.hangUp();
    await expect(alice.tasks).toHaveCount(1);
    await alice.hangUp();
    await alice.complete("Dana");
  });
}

/** The page dies as in a crash: nobody says that its legs are over, and Twilio waits for them. */
async function crash({ page }: Agent): Promise<void> {
  await page.evaluate(() => (WebSocket.prototype.send = () => undefined));
  await page.goto("about:blank");
}

test("a browser crashes in a call with a colleague: once Twilio misses it, they talk on", async ({ sandbox, agents }) => {
  test.slow();
  const { alice, bob, ears } = await withBob(sandbox, agents);
  await crash(bob);
  await bob.start(sandbox);
  await expect(alice.status).toContainText(`${bob.name}'s connection was lost.`, { timeout: 60_000 });
  await expect.poll(() => ears.hears("bob"), { timeout: 60_000 }).toEqual(["alice"]);
  await expectTalk(ears);
  await expect(alice.status).not.toContainText("lost");
  await alice.hangUp();
  await sandbox.expectAtRest();
});

/** Alice's page crashes while she talks to Dana, and is there again before Twilio misses her leg. */
async function crashWithDana(sandbox: Sandbox, agents: Agents) {
  const ears = await begin(sandbox, true);
  const alice = await agents.at("alice");
  await alice.page.reload();
  await alice.start(sandbox);
  await talkTo(alice, ears, "Dana");
  await crash(alice);
  await alice.start(sandbox);
  return { alice, ears, join: alice.page.getByTestId("join-call") };
}

test("a browser crashes in a customer's call: she joins it again by Flex's own Join Call, and again by a reload", async ({ sandbox, agents }) => {
  test.slow();
  const { alice, ears, join } = await crashWithDana(sandbox, agents);
  await alice.tasks.filter({ hasText: "Dana" }).click();
  // The task's header has it, as long as Twilio waits for the leg that crashed.
  await join.click();
  await expect.poll(() => ears.hears("Dana"), "Dana hears Alice by her new leg").toEqual(["alice"]);
  await expect.poll(() => ears.hears("alice"), "Alice hears Dana").toEqual(["Dana"]);
  await expect(join).toHaveCount(0);
  await expect(alice.tasks).toHaveCount(1);
  await alice.page.screenshot({ path: "../../target/e2e-joined.png" });
  // Her new leg ends the conference no more than the first one did.
  await alice.page.reload();
  await expect.poll(() => ears.hears("Dana"), "Dana waits").toEqual(["music"]);
  await alice.start(sandbox);
  await answer(alice, ears, "Dana");
  await alice.hangUp();
  await alice.complete("Dana");
  await sandbox.expectAtRest();
});

test("a browser crashes in a customer's call, and nobody joins it: once Twilio misses her, the customer is offered again", async ({ sandbox, agents }) => {
  test.slow();
  const { alice, ears } = await crashWithDana(sandbox, agents);
  await expect.poll(() => ears.hears("Dana"), { message: "Dana waits", timeout: 60_000 }).toEqual(["music"]);
  await alice.expectRinging();
  await answer(alice, ears, "Dana");
  await alice.hangUp();
  await alice.complete("Dana");
  await sandbox.expectAtRest();
});
