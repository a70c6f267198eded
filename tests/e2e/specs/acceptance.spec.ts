// What an agent meets in a call between agents, whichever way the account connects them: by configuration alone.
import type { Agent } from "../helpers/agent";
import { asked, conversations, expectCancelled, expectOver, pair, ringing, tabOf, talking, unanswered } from "../helpers/pair";
import type { Rule } from "../helpers/sandbox";
import { configure, CONFERENCE, expectTalking, STRATEGIES } from "../helpers/strategies";
import { expect, test } from "../helpers/test";
import { expectHears } from "../helpers/transfers";
import { Ears } from "../helpers/who-hears";

/** By any strategy it takes so long until anybody is rung, in ms. */
const SLOWLY = 3_000;
const SLOW: Rule[] = ["rest:tasks.create", "webhook:twiml", "rpc:transfers"].map((target) => ({ target, latency_ms: SLOWLY }));

const activity = (agent: Agent) => agent.page.getByTestId("activity-dropdown-button");

for (const strategy of STRATEGIES) {
  test.describe(strategy.name, () => {
    test.beforeAll(async ({ sandbox, agents }) => {
      await configure(sandbox, agents, strategy);
    });

    test.afterAll(async ({ sandbox, agents }) => {
      await configure(sandbox, agents, CONFERENCE);
    });

    test("answered: both see who it is and hear each other and nobody else, and the caller's hanging up ends it", async ({ sandbox, agents }) => {
      const { alice, bob } = await ringing(agents);
      const ears = new Ears(sandbox);
      await expect(bob.tasks.first()).toContainText(alice.name);
      await expect(alice.tasks.first()).toContainText(bob.name);
      await alice.tasks.first().click();
      await expect(alice.status).toContainText(`Ringing ${bob.name}`);
      await expectHears(ears, { alice: strategy.ringback, bob: [] });
      await strategy.accept(bob);
      await expectTalking(sandbox, strategy);
      await expect(alice.status).not.toContainText("Ringing");
      for (const agent of [alice, bob]) {
        await expect(agent.tasks).toHaveCount(1);
        await expect(agent.acceptButton).toHaveCount(0);
        // What the way is made of is nobody's name.
        await expect(agent.page.getByText(/app:AP|555.*0009/)).toHaveCount(0);
        await expect(agent.page.locator(".Twilio-CallCanvas").getByText(/customer/i)).toHaveCount(0);
        await agent.page.screenshot({ path: `../../target/e2e-acceptance-${strategy.name}-${agent.identity}.png` });
      }
      await expect(alice.page.getByRole("button", { name: "Open transfer directory" })).toHaveCount(strategy.transfers ? 1 : 0);
      expect(await conversations(sandbox), "for Flex Insights").toEqual([expect.any(String)]);
      await alice.hangUp();
      await expectOver({ alice, bob });
    });

    test("a double click makes one call, and the called agent's hanging up ends it", async ({ sandbox, agents }) => {
      const { alice, bob } = await pair(agents);
      await sandbox.forgetRequests();
      await alice.choose("Call Agent", "Select an agent", bob.name);
      await alice.callButton.dblclick();
      await bob.expectRinging();
      await strategy.accept(bob);
      await expectTalking(sandbox, strategy);
      for (const agent of [alice, bob]) await expect(agent.tasks).toHaveCount(1);
      expect(await asked(sandbox, "rpc:createTask")).toBe(1);
      await bob.hangUp();
      await expectOver({ alice, bob });
    });

    test("hold, by the button and by Flex's action: the other hears music, and both hear each other again", async ({ sandbox, agents }) => {
      const { alice, bob } = await talking(sandbox, agents, strategy);
      const ears = new Ears(sandbox);
      const says = (agent: Agent, by: Agent) => strategy.saysWhoHolds && expect(agent.status).toContainText(`${by.name} put you on hold.`);
      await strategy.hold(alice, bob);
      await expectHears(ears, { alice: [], bob: ["music"] });
      await says(bob, alice);
      await strategy.resume(alice, bob);
      await expectTalking(sandbox, strategy);
      await expect(bob.status).not.toContainText("on hold");
      await bob.invoke("HoldCall");
      await expectHears(ears, { alice: ["music"], bob: [] });
      await says(alice, bob);
      await bob.invoke("UnholdCall");
      await expectTalking(sandbox, strategy);
      await alice.hangUp();
      await expectOver({ alice, bob });
    });

    test("declined, by Flex's own button and with a reason: the caller reads it, and Bob is Available still", async ({ agents }) => {
      const { alice, bob } = await ringing(agents);
      await bob.reject();
      await expect(alice.told(`${bob.name} declined the call. Try again later, or send a message.`)).toBeVisible();
      await expectOver({ alice, bob });
      await ringing(agents);
      await bob.tasks.first().click();
      await bob.page.getByRole("group", { name: "Decline and say why" }).getByRole("button", { name: "I'll call back" }).click();
      await expect(alice.told(`${bob.name} declined the call and will call you back.`)).toBeVisible();
      await expectOver({ alice, bob });
      await expect(activity(bob)).toContainText("Available");
    });

    test("busy: who talks already is not rung, and the caller reads it", async ({ sandbox, agents }) => {
      const { alice, bob } = await pair(agents);
      const ears = new Ears(sandbox);
      for (const other of ["alice", "carol"]) await sandbox.setActivity(other, "Offline");
      const dana = await ears.customerCalls("Dana");
      await bob.expectRinging();
      await sandbox.setActivity("alice", "Available");
      await bob.accept();
      await expectHears(ears, { Dana: ["bob"] });
      await alice.call(bob.name);
      await expect(alice.told(`${bob.name} is on another call.`)).toBeVisible();
      await alice.expectNoTasks();
      await expectHears(ears, { Dana: ["bob"], bob: ["Dana"] });
      await sandbox.customerHangsUp(dana);
      await bob.complete("Dana");
    });

    test("unavailable: on break, and gone on break or offline while it rings", async ({ sandbox, agents }) => {
      const { alice, bob } = await pair(agents);
      await sandbox.setActivity("carol", "Break");
      await alice.call("Carol Clark");
      await expect(alice.told("Carol Clark is not taking calls at the moment.")).toBeVisible();
      await alice.expectNoTasks();
      for (const away of ["Break", "Offline"]) {
        await ringing(agents);
        await bob.become(away);
        await expect(alice.told(`${bob.name} is not taking calls at the moment.`)).toBeVisible();
        await expectOver({ alice, bob });
        await alice.closeNotices();
      }
    });

    test("an accept that TaskRouter refuses: Bob reads it, it rings on, and he accepts again", async ({ sandbox, agents }) => {
      const { alice, bob } = await ringing(agents);
      // Her own leg is up.
      await expectHears(new Ears(sandbox), { alice: strategy.ringback });
      await sandbox.setFaults([{ target: "rpc:reservation", effect: { fail: 400 }, times: 1 }]);
      await strategy.accept(bob);
      await expect(bob.told("The call could not be accepted.")).toBeVisible();
      await bob.closeNotices();
      await bob.accept();
      await expectTalking(sandbox, strategy);
      await bob.hangUp();
      await expectOver({ alice, bob });
    });

    test("not connected: Bob accepts while his phone cannot be reached, and where it rings on takes the call once it is back", async ({ sandbox, agents }) => {
      const { alice, bob } = await ringing(agents);
      await expectHears(new Ears(sandbox), { alice: strategy.ringback });
      const before = await unanswered(sandbox);
      await sandbox.setFaults([{ target: "connect:voice", effect: { fail: 503 } }]);
      await sandbox.dropSignalling("bob");
      await strategy.accept(bob);
      await expect.poll(() => unanswered(sandbox)).toBeGreaterThan(before);
      await sandbox.forgetRequests();
      await sandbox.clearFaults();
      await expect.poll(() => asked(sandbox, "connect:voice"), "his phone is back").toBeGreaterThan(0);
      if (await strategy.expectUnreached(alice, bob)) {
        await bob.closeNotices();
        await bob.accept();
        await expectTalking(sandbox, strategy);
        await bob.hangUp();
      }
      await expectOver({ alice, bob });
    });

    test("cancelled before anybody is rung: nobody is left ringing", async ({ sandbox, agents }) => {
      const { alice, bob } = await pair(agents);
      await sandbox.setFaults(SLOW);
      await alice.call(bob.name);
      await alice.hangUp();
      await expectCancelled({ alice, bob });
      // What was asked for meanwhile is done by now, and undone.
      await alice.page.waitForTimeout(SLOWLY + 1_000);
      await expectOver({ alice, bob });
    });

    test("cancelled while it rings, also where the functions fail at first: Bob reads that he missed her, Alice that she cancelled", async ({ sandbox, agents }) => {
      const { alice, bob } = await ringing(agents);
      await alice.hangUp();
      await expect(bob.told(`You missed a call from ${alice.name}.`)).toBeVisible();
      await expectCancelled({ alice, bob });
      await bob.closeNotices();
      await ringing(agents);
      await sandbox.setFaults([{ target: "functions", effect: { fail: 503 }, times: 2 }]);
      await alice.hangUp();
      await expect(bob.told(`You missed a call from ${alice.name}.`)).toBeVisible();
      await expectCancelled({ alice, bob });
    });

    test("cancelled while Bob accepts: it is over for both", async ({ sandbox, agents }) => {
      const { alice, bob } = await ringing(agents);
      await expectHears(new Ears(sandbox), { alice: strategy.ringback });
      await sandbox.setFaults([{ target: "rpc:reservation", latency_ms: 2_000, times: 1 }]);
      await bob.accept();
      await alice.hangUp();
      await expectOver({ alice, bob });
    });

    test("a call that cannot be placed says so, and the button works again", async ({ sandbox, agents }) => {
      const { alice, bob } = await pair(agents);
      await sandbox.setFaults([{ target: "rpc:createTask", effect: { fail: 500 } }]);
      await alice.call(bob.name);
      await expect(alice.told("The call could not be placed")).toBeVisible();
      await sandbox.clearFaults();
      await alice.closeNotices();
      await expect(alice.callButton).toBeEnabled();
      await sandbox.setFaults([strategy.notRung]);
      await alice.callButton.click();
      await expect(alice.told("phone could not be rung").first()).toBeVisible();
      await expect(bob.tasks).toHaveCount(0);
      await expectOver({ alice, bob });
    });

    test("requests and callbacks that come twice and late, and callbacks that never come, change nothing", async ({ sandbox, agents }) => {
      const { alice, bob } = await pair(agents);
      const callbacks = ["webhook:conference-status", "webhook:call-status"];
      await sandbox.setFaults([
        ...callbacks.map((target) => ({ target, effect: "duplicate" as const, latency_ms: 1_500 })),
        { target: "functions", effect: "duplicate" },
      ]);
      await talking(sandbox, agents, strategy);
      await expect(bob.tasks).toHaveCount(1);
      await alice.hangUp();
      await expectOver({ alice, bob });
      await bob.closeNotices();
      await sandbox.setFaults(callbacks.map((target) => ({ target, effect: "lose" })));
      await talking(sandbox, agents, strategy);
      await alice.tasks.first().click();
      await expect(alice.status).not.toContainText("Ringing");
      await bob.hangUp();
      await expectOver({ alice, bob });
    });

    test("every socket drops while it rings: who accepts once they are back is heard", async ({ sandbox, agents }) => {
      const { alice, bob } = await ringing(agents);
      await expectHears(new Ears(sandbox), { alice: strategy.ringback });
      await sandbox.forgetRequests();
      await sandbox.setFaults(["socket:voice", "socket:event-bridge"].map((target) => ({ target, effect: "drop" })));
      for (const socket of ["connect:voice", "connect:event-bridge"]) {
        await expect.poll(() => asked(sandbox, socket)).toBeGreaterThanOrEqual(2);
      }
      await bob.accept();
      await expectTalking(sandbox, strategy);
      await alice.hangUp();
      await expectOver({ alice, bob });
    });

    test("the callee's page reloaded while it rings still rings, and he takes the call; reloaded while they talk it ends it", async ({ sandbox, agents }) => {
      const { alice, bob } = await ringing(agents);
      await bob.page.reload();
      await bob.expectRinging();
      await bob.accept();
      await expectTalking(sandbox, strategy);
      await bob.page.reload();
      await bob.start(sandbox);
      await expectOver({ alice, bob });
    });

    test("the caller's page reloaded before anybody is rung, while it rings, while they talk: each time it is over for both", async ({ sandbox, agents }) => {
      const { alice: first, bob: callee } = await pair(agents);
      await sandbox.setFaults(SLOW);
      await first.call(callee.name);
      await expect(first.hangUpButton).toBeVisible();
      await first.page.reload();
      await first.start(sandbox);
      await sandbox.clearFaults();
      await expectOver({ alice: first, bob: callee });
      await callee.closeNotices();
      const { alice, bob } = await ringing(agents);
      await alice.page.reload();
      await expect(bob.told(`You missed a call from ${alice.name}.`)).toBeVisible();
      await alice.start(sandbox);
      await expectOver({ alice, bob });
      await bob.closeNotices();
      await talking(sandbox, agents, strategy);
      await alice.page.reload();
      await alice.start(sandbox);
      await expectOver({ alice, bob });
    });

    test("a second tab of the caller takes, rings and ends nothing", async ({ sandbox, agents }) => {
      const { alice, bob } = await pair(agents);
      const second = await tabOf(sandbox, alice);
      await sandbox.forgetRequests();
      await alice.page.bringToFront();
      await talking(sandbox, agents, strategy);
      expect(await asked(sandbox, "functions:flex/ring")).toBeLessThan(2);
      await expect(bob.tasks).toHaveCount(1);
      await bob.hangUp();
      await expectOver({ alice, bob });
      // At once: what it says goes by itself after a while.
      expect(await second.told(/./).allInnerTexts()).toEqual([]);
      await expect(alice.told(/could not/)).toHaveCount(0);
      await second.close();
    });

    test("a second tab of the callee: declined in one was not missed in the other, cancelled was missed in both", async ({ sandbox, agents }) => {
      const { alice, bob } = await pair(agents);
      const second = await tabOf(sandbox, bob);
      const missed = `You missed a call from ${alice.name}.`;
      await ringing(agents);
      await second.expectRinging();
      await bob.reject();
      await expect(alice.told(`${bob.name} declined`)).toBeVisible();
      await expect(second.acceptButton).toBeHidden();
      await expectOver({ alice, bob });
      await expect(second.told(missed)).toBeHidden();
      await ringing(agents);
      await second.expectRinging();
      await alice.hangUp();
      for (const tab of [bob, second]) await expect(tab.told(missed)).toBeVisible();
      await expectOver({ alice, bob });
      await second.close();
    });

    test("Call Queue: a member is reached and never the caller, also when the only other member leaves", async ({ sandbox, agents }) => {
      const { alice, bob } = await pair(agents);
      await sandbox.setActivity("carol", "Offline");
      const called = async () => {
        await alice.callQueue("Everyone");
        await bob.expectRinging();
        await expect(bob.tasks.first()).toContainText(alice.name);
      };
      const expectOwnCallOnly = async () => {
        await expect(alice.tasks).toHaveCount(1);
        await expect(alice.acceptButton).toBeHidden();
      };
      await called();
      await expectOwnCallOnly();
      await strategy.accept(bob);
      await expectTalking(sandbox, strategy);
      await expectOwnCallOnly();
      await bob.hangUp();
      await expectOver({ alice, bob });
      await called();
      // Flex rejects what is on offer when its agent goes Offline.
      await bob.become("Offline");
      await bob.expectNoTasks();
      await expectOwnCallOnly();
      await alice.hangUp();
      await expectOver({ alice, bob });
    });

    test("names are shown as they are; nobody answers: the caller reads it, and the callee, Available still, calls back", async ({ sandbox, agents }) => {
      const names = { alice: `"Al" & Ice O'Neil <b>🦊`, bob: `בוב "בו" & <i>Brown</i> 🐻'%41` };
      for (const identity of ["alice", "bob"] as const) await sandbox.setAttributes(identity, { full_name: names[identity] });
      await configure(sandbox, agents, strategy, { ring_seconds: 5 });
      const { alice, bob } = await pair(agents);
      await alice.call(names.bob);
      await bob.expectRinging();
      await expect(bob.tasks.first()).toContainText(names.alice);
      await expect(alice.tasks.first()).toContainText(names.bob);
      await expect(alice.told(`${names.bob} did not answer. Try again later, or call somebody else.`)).toBeVisible();
      await expect(bob.told(`You missed a call from ${names.alice}.`)).toBeVisible();
      // Her task in wrap-up would make her busy.
      await expectOver({ alice, bob });
      await expect(activity(bob)).toContainText("Available");
      await alice.closeNotices();
      await bob.page.getByRole("button", { name: "Call back" }).click();
      await alice.expectRinging();
      await expect(alice.tasks.first()).toContainText(names.bob);
      await expect(bob.tasks.first()).toContainText(names.alice);
      await strategy.accept(alice);
      await expectTalking(sandbox, strategy);
      await alice.page.screenshot({ path: `../../target/e2e-acceptance-${strategy.name}-names.png` });
      await alice.hangUp();
      await expectOver({ alice, bob });
      await sandbox.setAttributes("alice", { full_name: alice.name });
      await sandbox.setAttributes("bob", { full_name: bob.name });
      await configure(sandbox, agents, strategy);
    });
  });
}
