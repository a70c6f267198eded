// The strategy "warm_transfer": a number that keeps silent is called and handed over; one task, Flex's own conference.
import { expect, test } from "../helpers/test";
import { type Agent } from "../helpers/agent";
import { type Sandbox, SILENT_NUMBER } from "../helpers/sandbox";
import { begin, expectNeverOnTwo, holdAndAnswer } from "../helpers/several";
import { expectHears, expectLeavable, ofParticipant, toColleague } from "../helpers/transfers";
import { Ears } from "../helpers/who-hears";

const feature = { enabled: true, enable_call_agent: true, enable_call_queue: true };
const warm = { ...feature, strategy: "warm_transfer", call_target: SILENT_NUMBER };

/** Both hear each other, and nobody else is in the call. */
async function expectTalking(sandbox: Sandbox): Promise<void> {
  await expectHears(new Ears(sandbox), { alice: ["bob"], bob: ["alice"] });
  await expect.poll(() => parties(sandbox), "the silent party is sent away").toBe(2);
}

/** Legs in the conferences that are on. */
async function parties(sandbox: Sandbox): Promise<number> {
  const { telephony } = await sandbox.state();
  return telephony.conferences.filter(({ status }) => status === "in-progress").flatMap(({ participants }) => participants).length;
}

async function talk(sandbox: Sandbox, alice: Agent, bob: Agent): Promise<void> {
  await alice.call(bob.name);
  await bob.expectRinging();
  // Answered within half a second Flex would call him for ever: see `toColleague`.
  await bob.page.waitForTimeout(600);
  await bob.accept();
  await expectTalking(sandbox);
}

test.beforeAll(async ({ sandbox, agents }) => {
  // Pages that are open have been configured otherwise.
  await agents.close();
  await sandbox.configure("internal_call", warm);
});

test.afterAll(async ({ sandbox, agents }) => {
  await agents.close();
  await sandbox.configure("internal_call", feature);
});

test("Alice calls Bob, whose phone shows her name; both hear each other, the silent party is nowhere, and nothing is left", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await expect(bob.tasks.first()).toContainText(alice.name);
  await expect(alice.tasks.first()).toContainText(bob.name);
  await alice.tasks.first().click();
  await expect(alice.status).toContainText(`Ringing ${bob.name}`);
  await alice.page.screenshot({ path: "../../target/e2e-warm-ringing.png" });
  await expect(alice.page.locator(".Twilio-CallCanvas").getByText(/customer/i)).toHaveCount(0);
  await expect(alice.page.getByText(/555.*0009/)).toHaveCount(0);
  await bob.accept();
  await expectTalking(sandbox);
  for (const agent of [alice, bob]) {
    await expect(agent.page.locator(".Twilio-CallCanvas").getByText(/customer/i)).toHaveCount(0);
    await expect(agent.page.getByText(/555.*0009/)).toHaveCount(0);
  }
  await alice.page.screenshot({ path: "../../target/e2e-warm-caller.png" });
  await bob.page.screenshot({ path: "../../target/e2e-warm-callee.png" });
  const { routing } = await sandbox.state();
  expect(routing.tasks.filter(({ assignment_status: status }) => status === "assigned")).toHaveLength(1);
  await alice.hangUp();
  await expect(bob.hangUpButton).toBeHidden();
});

test("the called agent hangs up, and the call is over for both", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await talk(sandbox, alice, bob);
  await bob.hangUp();
  await expect(alice.hangUpButton).toBeHidden();
});

test("Alice reads that Bob declined and why", async ({ agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await bob.tasks.first().click();
  await bob.page.getByRole("group", { name: "Decline and say why" }).getByRole("button", { name: "I'll call back" }).click();
  await expect(alice.told(`${bob.name} declined the call and will call you back.`)).toBeVisible();
  await bob.expectNoTasks();
  await expect(alice.hangUpButton).toBeHidden();
});

test("Bob rejects by Flex's own button, and is Available still", async ({ agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await bob.reject();
  await expect(alice.told(new RegExp(`${bob.name} declined the call`))).toBeVisible();
  await bob.expectNoTasks();
  await expect(bob.page.getByTestId("activity-dropdown-button")).toContainText("Available");
});

test("Bob declines while the functions are away: TaskRouter's own word of it is enough", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await sandbox.setFaults([{ target: "functions:flex/reject", effect: { fail: 503 } }]);
  await bob.reject();
  await expect(bob.told(/could not/)).toBeVisible();
  await bob.become("Offline");
  await expect(alice.told(new RegExp(`${bob.name} (declined the call|is not taking calls)`))).toBeVisible();
  await sandbox.clearFaults();
  await bob.expectNoTasks();
  await bob.become("Available");
});

test("Alice cancels while it rings: Bob reads that he missed her", async ({ agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await alice.hangUp();
  await bob.expectNoTasks();
  await expect(bob.told(`You missed a call from ${alice.name}.`)).toBeVisible();
  await alice.openDialpad();
  await expect(alice.page.getByRole("region", { name: "Internal call" })).toContainText(`You cancelled the call to ${bob.name}.`);
});

test("nobody answers: Alice reads it, Bob is Available still, and calls back", async ({ sandbox, agents }) => {
  await agents.close();
  await sandbox.configure("internal_call", { ...warm, ring_seconds: 5 });
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await expect(alice.told(`${bob.name} did not answer. Try again later, or call somebody else.`)).toBeVisible();
  await bob.expectNoTasks();
  await expect(bob.page.getByTestId("activity-dropdown-button")).toContainText("Available");
  // Her task in wrap-up would make her busy.
  await alice.expectNoTasks();
  await bob.page.getByRole("button", { name: "Call back" }).click();
  await alice.expectRinging();
  await bob.hangUp();
  await alice.expectNoTasks();
  await bob.expectNoTasks();
  await agents.close();
  await sandbox.configure("internal_call", warm);
});

test("a colleague who takes no calls, or has no room, is not rung, and Alice reads it", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  await sandbox.setActivity("bob", "Break");
  await alice.call("Bob Brown");
  await expect(alice.told(/Bob Brown is not taking calls at the moment/)).toBeVisible();
  await alice.expectNoTasks();
});

test("a number that does not answer is named, and nothing is left", async ({ sandbox, agents }) => {
  await agents.close();
  await sandbox.configure("internal_call", { ...warm, call_target: "sip:nobody@example.com" });
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await expect(alice.told(/sip:nobody@example\.com did not answer/)).toBeVisible();
  await expect(bob.tasks).toHaveCount(0);
  await alice.expectNoTasks();
  await agents.close();
  await sandbox.configure("internal_call", warm);
});

test("a transfer that TaskRouter refuses is told, and nothing is left", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await sandbox.setFaults([{ target: "rpc:transfers", effect: { fail: 500 } }]);
  await alice.call(bob.name);
  await expect(alice.told(/phone could not be rung/).first()).toBeVisible();
  await expect(bob.tasks).toHaveCount(0);
  await sandbox.clearFaults();
  await alice.expectNoTasks();
});

test("hold, on either side: the other hears music and reads it, and both hear each other again", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await talk(sandbox, alice, bob);
  const ears = new Ears(sandbox);
  await ofParticipant(alice, `Hold ${bob.name}`).click();
  await expectHears(ears, { alice: [], bob: ["music"] });
  await expect(bob.status).toContainText(`${alice.name} put you on hold.`);
  await ofParticipant(alice, `Unhold ${bob.name}`).click();
  await expectTalking(sandbox);
  await expect(bob.status).not.toContainText("on hold");
  await bob.invoke("HoldCall");
  await expectHears(ears, { alice: ["music"], bob: [] });
  await expect(alice.status).toContainText(`${bob.name} put you on hold.`);
  await bob.invoke("UnholdCall");
  await expectTalking(sandbox);
  await bob.hangUp();
  await expect(alice.hangUpButton).toBeHidden();
});

test("a call to a queue reaches a member of it, and never the caller", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.callQueue("Everyone");
  await bob.expectRinging();
  await expect(alice.tasks).toHaveCount(1);
  await expect(alice.acceptButton).toBeHidden();
  await expect(bob.tasks.first()).toContainText(alice.name);
  await bob.accept();
  await expectTalking(sandbox);
  await bob.hangUp();
  await expect(alice.hangUpButton).toBeHidden();
});

test("Bob hands Alice on to Carol, cold, and Carol back to Bob: it stays one call, and ends with it", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const carol = await agents.at("carol", 3);
  await talk(sandbox, alice, bob);
  const ears = new Ears(sandbox);
  await toColleague(bob, "Transfer to", "carol");
  await carol.expectRinging();
  await bob.expectNoTasks();
  await carol.accept();
  await expectHears(ears, { alice: ["carol"], carol: ["alice"] });
  await toColleague(carol, "Transfer to", "bob");
  await bob.expectRinging();
  await carol.complete(alice.name);
  await bob.accept();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"] });
  await alice.hangUp();
  await bob.expectNoTasks();
  await agents.close();
});

test("Alice consults Carol in a call with Bob: all three hear each other, and she leaves the two to themselves", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const carol = await agents.at("carol", 3);
  await talk(sandbox, alice, bob);
  const ears = new Ears(sandbox);
  await toColleague(alice, "Consult", "carol");
  await carol.expectRinging();
  await carol.accept();
  await expectHears(ears, { alice: ["bob", "carol"], bob: ["alice", "carol"], carol: ["alice", "bob"] });
  await expect(ofParticipant(alice, "Hang up Bob Brown")).toBeVisible();
  await alice.page.screenshot({ path: "../../target/e2e-warm-three.png" });
  await expectLeavable(sandbox);
  await alice.hangUp();
  await expectHears(ears, { bob: ["carol"], carol: ["bob"], alice: [] });
  await bob.hangUp();
  await carol.complete(alice.name);
  for (const agent of [alice, bob]) await agent.expectNoTasks();
  await agents.close();
});

test("the caller's page reloaded while it rings ends it cleanly, and so does the callee's in the call", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await alice.page.reload();
  await alice.start(sandbox);
  await bob.expectNoTasks();
  await alice.expectNoTasks();
  await talk(sandbox, alice, bob);
  await bob.page.reload();
  await bob.start(sandbox);
  for (const agent of [alice, bob]) await agent.expectNoTasks();
});

test("a second tab of the caller hands nothing over and ends nothing", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const second = await alice.page.context().newPage();
  await second.goto(`${sandbox.origin("alice")}/`);
  await expect(second.getByTestId("activity-dropdown-button")).toContainText("Available", { timeout: 60_000 });
  await alice.page.bringToFront();
  await talk(sandbox, alice, bob);
  await expect(bob.tasks).toHaveCount(1);
  await bob.hangUp();
  await alice.expectNoTasks();
  await second.close();
});

test("among several calls: Bob hears music while Alice takes Dana, and nobody hears her twice", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const bob = await agents.at("bob");
  const ears = await begin(sandbox, alice, 2);
  await sandbox.setActivity("bob", "Available");
  await talk(sandbox, alice, bob);
  await sandbox.setActivity("bob", "Offline");
  await ears.customerCalls("Erin");
  await holdAndAnswer(alice);
  await expectHears(ears, { Erin: ["alice"], bob: ["music"] });
  await alice.swapTo(bob.name);
  await expectHears(ears, { Erin: ["music"], bob: ["alice"], alice: ["bob"] });
  await expectNeverOnTwo(sandbox, alice);
  await alice.hangUpOf(bob.name);
  await alice.swapTo("Erin");
  await expectHears(ears, { Erin: ["alice"] });
  await alice.hangUpOf("Erin");
  await alice.complete("Erin");
  await sandbox.setCapacity("alice", 1);
});

test("names are shown as they are", async ({ sandbox, agents }) => {
  for (const name of [`Bob "Bo" O'Brown & Sons <b>`, "Bób 🦊 Brown", "בוב בראון"]) {
    await agents.close();
    await sandbox.setAttributes("bob", { full_name: name });
    await sandbox.setAttributes("alice", { full_name: `Al & "Ice" ${name}` });
    const alice = await agents.at("alice");
    const bob = await agents.at("bob");
    await alice.call(name);
    await bob.expectRinging();
    await expect(bob.tasks.first()).toContainText(`Al & "Ice" ${name}`);
    await expect(alice.tasks.first()).toContainText(name);
    await alice.hangUp();
    await bob.expectNoTasks();
    await alice.expectNoTasks();
  }
  await agents.close();
  await sandbox.setAttributes("bob", { full_name: "Bob Brown" });
  await sandbox.setAttributes("alice", { full_name: "Alice Anderson" });
});
