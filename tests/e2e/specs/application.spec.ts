// The strategy "application": two conferences of Flex's own, joined by the TwiML application's leg.
import { expect, test } from "../helpers/test";
import { type Agent } from "../helpers/agent";
import { APPLICATION_SID, INTERNAL_CALLS_QUEUE_SID, type Sandbox } from "../helpers/sandbox";
import { expectHears } from "../helpers/transfers";
import { Ears } from "../helpers/who-hears";

const feature = { enabled: true, enable_call_agent: true, enable_call_queue: true };
const application = { strategy: "application", application_sid: APPLICATION_SID, outbound_queue_sid: INTERNAL_CALLS_QUEUE_SID };

/** Both hear each other, and nothing else: through both conferences. */
async function expectTalking(sandbox: Sandbox): Promise<void> {
  await expectHears(new Ears(sandbox), { alice: ["bob"], bob: ["alice"] });
}

async function talkByApplication(sandbox: Sandbox, alice: Agent, bob: Agent): Promise<void> {
  await alice.call(bob.name);
  await bob.expectRinging();
  await bob.accept();
  await expectTalking(sandbox);
}

test.beforeAll(async ({ sandbox, agents }) => {
  // Pages that are open have been configured otherwise.
  await agents.close();
  await sandbox.configure("internal_call", { ...feature, ...application });
});

test.afterAll(async ({ sandbox, agents }) => {
  await agents.close();
  await sandbox.configure("internal_call", feature);
});

test("Alice calls Bob, whose phone shows her name; both hear each other; she hangs up, and nothing is left", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await expect(bob.tasks.first()).toContainText(alice.name);
  await expect(alice.tasks.first()).toContainText(bob.name);
  await expect(alice.page.getByText(/app:AP/)).toHaveCount(0);
  await bob.accept();
  await expectTalking(sandbox);
  await expect(alice.page.getByText(/app:AP/)).toHaveCount(0);
  const { routing } = await sandbox.state();
  // Those of other calls are over.
  const tasks = routing.tasks.filter(({ assignment_status }) => assignment_status === "assigned");
  const conversations = tasks.map((task) => JSON.parse(task.attributes).conversations?.conversation_id);
  expect(conversations).toEqual([expect.any(String), conversations[0]]);
  await alice.hangUp();
  await expect(bob.hangUpButton).toBeHidden();
});

test("the called agent hangs up, and the call is over for both", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await talkByApplication(sandbox, alice, bob);
  await bob.hangUp();
  await expect(alice.hangUpButton).toBeHidden();
});

test("Alice reads that it rings, and that Bob declined and why", async ({ agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await alice.tasks.first().click();
  await expect(alice.status).toContainText(`Ringing ${bob.name}`);
  await bob.tasks.first().click();
  await bob.page.getByRole("group", { name: "Decline and say why" }).getByRole("button", { name: "I'll call back" }).click();
  await expect(alice.told(`${bob.name} declined the call and will call you back.`)).toBeVisible();
  await bob.expectNoTasks();
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
  await sandbox.configure("internal_call", { ...feature, ...application, ring_seconds: 5 });
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
  // Each page completes its own task.
  await alice.expectNoTasks();
  await bob.expectNoTasks();
  await agents.close();
  await sandbox.configure("internal_call", { ...feature, ...application });
});

test("a colleague who takes no calls is not rung, and Alice reads it", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  await sandbox.setActivity("bob", "Break");
  await alice.call("Bob Brown");
  await expect(alice.told(/Bob Brown is not taking calls at the moment/)).toBeVisible();
});

test("hold is Flex's own, on either side: the other hears music, and both hear each other again", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await talkByApplication(sandbox, alice, bob);
  await alice.hold();
  await expectHears(new Ears(sandbox), { alice: [], bob: ["music"] });
  await alice.unhold();
  await expectTalking(sandbox);
  await bob.hold();
  await expectHears(new Ears(sandbox), { alice: ["music"], bob: [] });
  await bob.unhold();
  await expectTalking(sandbox);
  await alice.hangUp();
});

for (const [identity, name] of [
  ["bob", `Bob "Bo" O'Brown & Sons <b>`],
  ["bob", "Bób 🦊 Brown"],
  ["bob", "בוב בראון"],
] as const) {
  test(`names are shown as they are: ${name}`, async ({ sandbox, agents }) => {
    await agents.close();
    await sandbox.setAttributes(identity, { full_name: name });
    await sandbox.setAttributes("alice", { full_name: `Al & "Ice" ${name}` });
    const alice = await agents.at("alice");
    const bob = await agents.at("bob");
    await alice.call(name);
    await bob.expectRinging();
    await expect(bob.tasks.first()).toContainText(`Al & "Ice" ${name}`);
    await expect(alice.tasks.first()).toContainText(name);
    await bob.accept();
    await expectTalking(sandbox);
    await alice.hangUp();
    await expect(bob.hangUpButton).toBeHidden();
    await sandbox.setAttributes("bob", { full_name: "Bob Brown" });
    await sandbox.setAttributes("alice", { full_name: "Alice Anderson" });
    await alice.expectNoTasks();
    await bob.expectNoTasks();
    await agents.close();
  });
}
