// What three agents meet when a call between two is handed on, or a third comes in, whichever way the account connects them: by
// configuration alone.
import type { Agent } from "../helpers/agent";
import { conversations, talking } from "../helpers/pair";
import type { Sandbox } from "../helpers/sandbox";
import { configure, CONFERENCE, type Strategy, STRATEGIES } from "../helpers/strategies";
import { type Agents, expect, test } from "../helpers/test";
import { complete, expectHears } from "../helpers/transfers";
import { Ears } from "../helpers/who-hears";

interface Three {
  alice: Agent;
  bob: Agent;
  carol: Agent;
  ears: Ears;
}

/** Alice called Bob, and they talk; Carol is there. */
async function begin(sandbox: Sandbox, agents: Agents, strategy: Strategy): Promise<Three> {
  const { alice, bob } = await talking(sandbox, agents, strategy);
  const carol = await agents.at("carol", 3);
  return { alice, bob, carol, ears: new Ears(sandbox) };
}

async function expectFree({ alice, bob, carol }: Three): Promise<void> {
  for (const agent of [alice, bob, carol]) {
    await complete(agent);
    await agent.expectNoTasks();
    await expect(agent.told(/could not/)).toHaveCount(0);
  }
}

for (const strategy of STRATEGIES) {
  test.describe(strategy.name, () => {
    test.beforeAll(async ({ sandbox, agents }) => {
      await configure(sandbox, agents, strategy);
    });

    test.afterAll(async ({ sandbox, agents }) => {
      await configure(sandbox, agents, CONFERENCE);
    });

    test("a chain: Bob hands Alice on to Carol, and she hands her back to him; it is one conversation, and ends with it", async ({ sandbox, agents }) => {
      const all = await begin(sandbox, agents, strategy);
      const { alice, bob, carol, ears } = all;
      const conversation = await conversations(sandbox);
      await strategy.transfer(bob, carol);
      await carol.expectRinging();
      await expect(carol.tasks.first()).toContainText(alice.name);
      await carol.accept();
      await expectHears(ears, { alice: ["carol"], carol: ["alice"], bob: [] });
      expect(await conversations(sandbox), "for Flex Insights").toEqual(conversation);
      await complete(bob);
      await bob.expectNoTasks();
      await strategy.transfer(carol, bob);
      await bob.expectRinging();
      await complete(carol);
      await bob.accept();
      await expectHears(ears, { alice: ["bob"], bob: ["alice"], carol: [] });
      await alice.hangUp();
      await expect(bob.hangUpButton).toHaveCount(0);
      await expectFree(all);
    });

    if (strategy.eitherTransfers) {
      test("the caller hands the callee on: he goes on with Carol, whose hanging up ends it", async ({ sandbox, agents }) => {
        const all = await begin(sandbox, agents, strategy);
        const { alice, bob, carol, ears } = all;
        await strategy.transfer(alice, carol);
        await carol.expectRinging();
        await expect(carol.tasks.first()).toContainText(bob.name);
        await carol.accept();
        await expectHears(ears, { bob: ["carol"], carol: ["bob"], alice: [] });
        await carol.hangUp();
        await expect(bob.hangUpButton).toHaveCount(0);
        await expectFree(all);
      });
    }

    test("to a queue: a member of it talks to whoever was handed on", async ({ sandbox, agents }) => {
      const all = await begin(sandbox, agents, strategy);
      const { alice, bob, carol, ears } = all;
      // A queue offers it to anybody.
      await sandbox.setActivity("bob", "Break");
      await strategy.transferToQueue(bob, "Everyone");
      await carol.expectRinging();
      await carol.accept();
      await expectHears(ears, { alice: ["carol"], carol: ["alice"], bob: [] });
      await alice.hangUp();
      await expect(carol.hangUpButton).toHaveCount(0);
      await expectFree(all);
    });

    test("whoever was handed on hangs up while Carol is rung: nobody is left ringing", async ({ sandbox, agents }) => {
      const all = await begin(sandbox, agents, strategy);
      const { alice, bob, carol } = all;
      await strategy.transfer(bob, carol);
      await carol.expectRinging();
      await alice.hangUp();
      await expect(carol.acceptButton).toHaveCount(0);
      await expectFree(all);
    });

    test("Carol's page is loaded again while it rings: she takes it", async ({ sandbox, agents }) => {
      const all = await begin(sandbox, agents, strategy);
      const { alice, bob, carol, ears } = all;
      await strategy.transfer(bob, carol);
      await carol.expectRinging();
      await carol.page.reload();
      await carol.expectRinging();
      await carol.accept();
      await expectHears(ears, { alice: ["carol"], carol: ["alice"], bob: [] });
      await carol.hangUp();
      await expect(alice.hangUpButton).toHaveCount(0);
      await expectFree(all);
    });

    test("all three talk, whoever brought Carol in leaves, and her hanging up ends it for the other", async ({ sandbox, agents }) => {
      const all = await begin(sandbox, agents, strategy);
      const { alice, bob, carol, ears } = all;
      // By warm transfer Flex lets whoever called consult.
      const [asks, stays] = strategy.eitherTransfers ? [bob, alice] : [alice, bob];
      await strategy.bringIn(asks, carol);
      await expectHears(ears, { alice: ["bob", "carol"], bob: ["alice", "carol"], carol: ["alice", "bob"] });
      for (const agent of [alice, bob, carol]) await agent.page.screenshot({ path: `../../target/e2e-three-${strategy.name}-${agent.identity}.png` });
      await strategy.expectLeavable(sandbox);
      await asks.hangUp();
      await expectHears(ears, { [stays.identity]: ["carol"], carol: [stays.identity], [asks.identity]: [] });
      await strategy.expectLeavable(sandbox);
      await carol.hangUp();
      await expect(stays.hangUpButton).toHaveCount(0);
      await expectFree(all);
    });
  });
}
