// The strategy "warm_transfer": a number that keeps silent is called and handed over; one task, Flex's own conference.
import { expect, test } from "../helpers/test";
import type { Agent } from "../helpers/agent";
import type { Sandbox } from "../helpers/sandbox";
import { begin, expectNeverOnTwo, holdAndAnswer } from "../helpers/several";
import { configure, CONFERENCE, expectTalking, WARM_TRANSFER } from "../helpers/strategies";
import { expectHears } from "../helpers/transfers";
import { Ears } from "../helpers/who-hears";

async function talk(sandbox: Sandbox, alice: Agent, bob: Agent): Promise<void> {
  await alice.call(bob.name);
  await bob.expectRinging();
  await WARM_TRANSFER.accept(bob);
  await expectTalking(sandbox, WARM_TRANSFER);
}

test.beforeAll(async ({ sandbox, agents }) => {
  await configure(sandbox, agents, WARM_TRANSFER);
});

test.afterAll(async ({ sandbox, agents }) => {
  await configure(sandbox, agents, CONFERENCE);
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

test("a number that does not answer is named, and nothing is left", async ({ sandbox, agents }) => {
  await configure(sandbox, agents, WARM_TRANSFER, { call_target: "sip:nobody@example.com" });
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await expect(alice.told(/sip:nobody@example\.com did not answer/)).toBeVisible();
  await expect(bob.tasks).toHaveCount(0);
  await alice.expectNoTasks();
  await configure(sandbox, agents, WARM_TRANSFER);
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
