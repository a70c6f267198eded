// What four agents meet: a call that is handed on and on, and all of them in one, whichever way the account connects them.
import type { Agent } from "../helpers/agent";
import { talking } from "../helpers/pair";
import type { Sandbox } from "../helpers/sandbox";
import { configure, CONFERENCE, type Strategy, STRATEGIES } from "../helpers/strategies";
import { type Agents, expect, test } from "../helpers/test";
import { complete, expectHears } from "../helpers/transfers";
import { Ears } from "../helpers/who-hears";

test.use({ staff: 4 });

interface Four {
  alice: Agent;
  bob: Agent;
  carol: Agent;
  dave: Agent;
  ears: Ears;
}

/** Alice called Bob, and they talk; Carol and Dave are there. */
async function begin(sandbox: Sandbox, agents: Agents, strategy: Strategy): Promise<Four> {
  const { alice, bob } = await talking(sandbox, agents, strategy);
  const carol = await agents.at("carol", 4);
  const dave = await agents.at("dave", 4);
  return { alice, bob, carol, dave, ears: new Ears(sandbox) };
}

for (const strategy of STRATEGIES) {
  test.describe(strategy.name, () => {
    test.beforeAll(async ({ sandbox, agents }) => {
      await configure(sandbox, agents, strategy);
    });

    test.afterAll(async ({ sandbox, agents }) => {
      await configure(sandbox, agents, CONFERENCE);
    });

    test("Alice is handed on from Bob to Carol, and from her to Dave, with whom she talks", async ({ sandbox, agents }) => {
      const { alice, bob, carol, dave, ears } = await begin(sandbox, agents, strategy);
      await strategy.transfer(bob, carol);
      await carol.expectRinging();
      await carol.accept();
      await expectHears(ears, { alice: ["carol"], carol: ["alice"], bob: [] });
      await strategy.transfer(carol, dave);
      await dave.expectRinging();
      await expect(dave.tasks.first()).toContainText(alice.name);
      await dave.accept();
      await expectHears(ears, { alice: ["dave"], dave: ["alice"], bob: [], carol: [] });
      await alice.hangUp();
      await expect(dave.hangUpButton).toHaveCount(0);
      for (const agent of [alice, bob, carol, dave]) {
        await complete(agent);
        await agent.expectNoTasks();
      }
      await agents.close();
    });

    test("all four are in one call, and two of them are left to themselves", async ({ sandbox, agents }) => {
      const { alice, bob, carol, dave, ears } = await begin(sandbox, agents, strategy);
      // By warm transfer Flex lets whoever called consult.
      const [asks, stays] = strategy.eitherTransfers ? [bob, alice] : [alice, bob];
      await strategy.bringIn(asks, carol);
      await expectHears(ears, { alice: ["bob", "carol"], bob: ["alice", "carol"], carol: ["alice", "bob"] });
      await strategy.bringIn(asks, dave);
      await expectHears(ears, {
        alice: ["bob", "carol", "dave"],
        bob: ["alice", "carol", "dave"],
        carol: ["alice", "bob", "dave"],
        dave: ["alice", "bob", "carol"],
      });
      await asks.page.screenshot({ path: `../../target/e2e-four-${strategy.name}.png` });
      await strategy.expectLeavable(sandbox);
      await asks.hangUp();
      await expectHears(ears, { [stays.identity]: ["carol", "dave"], [asks.identity]: [] });
      // By an application it is whom Flex takes for the customer whose hanging up ends it for all.
      await strategy.expectLeavable(sandbox);
      await carol.hangUp();
      await expectHears(ears, { dave: [stays.identity], [stays.identity]: ["dave"], carol: [] });
      await strategy.expectLeavable(sandbox);
      await dave.hangUp();
      await expect(stays.hangUpButton).toHaveCount(0);
      for (const agent of [alice, bob, carol, dave]) {
        await complete(agent);
        await agent.expectNoTasks();
      }
      await agents.close();
    });
  });
}
