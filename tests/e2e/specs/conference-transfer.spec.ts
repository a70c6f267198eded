// Calls by a conference of the functions: either agent transfers the other, cold, by Backline's own button. Whoever stays then
// calls the third by himself.
import { expect, test } from "../helpers/test";
import { talk } from "../helpers/agent";
import { transferTo } from "../helpers/company";
import { conversations } from "../helpers/pair";
import { expectHears } from "../helpers/transfers";
import { Ears } from "../helpers/who-hears";

for (const [who, leaving] of [["callee", "bob"], ["caller", "alice"]] as const) {
  test(`the ${who} transfers the other to Carol, who reads who calls and who transferred, and both talk`, async ({ sandbox, agents }) => {
    const alice = await agents.at("alice");
    const bob = await agents.at("bob");
    const carol = await agents.at("carol", 3);
    const [leaves, stays] = leaving === "bob" ? [bob, alice] : [alice, bob];
    const ears = new Ears(sandbox);
    await talk(sandbox, alice, bob);
    const conversation = await conversations(sandbox);
    expect(conversation).toEqual([expect.any(String)]);
    await transferTo(leaves, "an agent", carol.name);
    await expect(leaves.told(`You transferred ${stays.name} to ${carol.name}`)).toBeVisible();
    await expect(stays.told(`${leaves.name} transferred you to ${carol.name}`)).toBeVisible();
    await carol.expectRinging();
    await expect(carol.tasks.first()).toContainText(stays.name);
    // What an offer says besides is in its canvas.
    await carol.tasks.first().click();
    await expect(carol.status.filter({ hasText: "Transferred by" })).toContainText(`Transferred by ${leaves.name}.`);
    await expect(stays.status.filter({ hasText: "Ringing" })).toContainText(carol.name);
    await leaves.expectNoTasks();
    await carol.accept();
    await expectHears(ears, { [stays.identity]: ["carol"], carol: [stays.identity], [leaves.identity]: [] });
    expect(await conversations(sandbox), "for Flex Insights it goes on").toEqual(conversation);
    await (leaving === "bob" ? stays : carol).hangUp();
    for (const agent of [alice, bob, carol]) await agent.expectNoTasks();
  });
}

test("Carol declines: whoever was transferred reads it and is left in no call", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const carol = await agents.at("carol", 3);
  await talk(sandbox, alice, bob);
  await transferTo(bob, "an agent", carol.name);
  await carol.expectRinging();
  await carol.reject();
  await expect(alice.told(`${carol.name} declined the call`)).toBeVisible();
  for (const agent of [alice, bob, carol]) await agent.expectNoTasks();
});

test("Carol takes no calls: nobody is transferred, and the two talk on", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const carol = await agents.at("carol", 3);
  const ears = new Ears(sandbox);
  await talk(sandbox, alice, bob);
  await carol.become("Break");
  await transferTo(bob, "an agent", carol.name);
  await expect(bob.told(`${carol.name} is not taking calls at the moment, so nobody was transferred`)).toBeVisible();
  await expectHears(ears, { alice: ["bob"], bob: ["alice"] });
  await carol.become("Available");
  await alice.hangUp();
  for (const agent of [alice, bob]) await agent.expectNoTasks();
});
