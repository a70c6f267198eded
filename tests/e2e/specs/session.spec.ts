// An agent whose Flex token is not valid any more, as Twilio's own check says: the functions refuse him, he reads why and
// what to do, and nothing is left of the call.
import { talk } from "../helpers/agent";
import type { Rule } from "../helpers/sandbox";
import { expect, test } from "../helpers/test";

/** The functions ask Twilio's IAM whose token it is; it knows no such session. (Flex itself notices later, and signs out.) */
const expired: Rule[] = [{ target: "http:iam.twilio.com", effect: { fail: 403 } }];

const remedy = "Your Flex session is not valid any more. Sign in again.";

test("a session that ended before the colleague was rung: nobody is rung, and the caller reads what to do", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await sandbox.setFaults(expired);
  await alice.call(bob.name);
  await expect(alice.told("phone could not be rung").filter({ hasText: remedy })).toBeVisible();
  await expect(bob.tasks).toHaveCount(0);
  // He signs in again: his plugin finds the call that nobody was rung for, and ends it.
  await sandbox.clearFaults();
  await alice.page.reload();
  await alice.start(sandbox);
  await alice.expectNoTasks();
});

test("a session that ended while the phone rings: declining fails and says what to do, and works again after it", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.call(bob.name);
  await bob.expectRinging();
  await sandbox.setFaults(expired);
  await bob.reject();
  await expect(bob.told("could not be declined").filter({ hasText: remedy })).toBeVisible();
  await expect(alice.status).toContainText(`Ringing ${bob.name}`);
  await sandbox.clearFaults();
  await bob.reject();
  await expect(alice.told(`${bob.name} declined`)).toBeVisible();
});

test("a session that ended during the call: hold fails and says what to do, the call goes on and can be ended", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await talk(sandbox, alice, bob);
  await sandbox.setFaults(expired);
  await alice.holdButton(bob.name).click();
  await expect(alice.told("could not be put on hold").filter({ hasText: remedy })).toBeVisible();
  await expect(alice.holdButton(bob.name)).toBeVisible();
  await alice.hangUp();
  await bob.expectNoTasks();
  await alice.expectNoTasks();
});
