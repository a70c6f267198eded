// Alice calls Bob: the steps of a call between two agents, by any strategy, and what is left of it.
import { expect } from "@playwright/test";
import { Agent } from "./agent";
import type { Sandbox } from "./sandbox";
import { expectTalking, type Strategy } from "./strategies";
import type { Agents } from "./test";

export interface Pair {
  alice: Agent;
  bob: Agent;
}

export async function pair(agents: Agents): Promise<Pair> {
  return { alice: await agents.at("alice"), bob: await agents.at("bob") };
}

/** Alice has called Bob, whose phone rings. */
export async function ringing(agents: Agents): Promise<Pair> {
  const { alice, bob } = await pair(agents);
  await alice.call(bob.name);
  await bob.expectRinging();
  return { alice, bob };
}

export async function talking(sandbox: Sandbox, agents: Agents, strategy: Strategy): Promise<Pair> {
  const { alice, bob } = await ringing(agents);
  await strategy.accept(bob);
  await expectTalking(sandbox, strategy);
  return { alice, bob };
}

/** Neither has anything of it any more, and may go on at once. */
export async function expectOver({ alice, bob }: Pair): Promise<void> {
  for (const agent of [alice, bob]) await agent.expectNoTasks();
}

export async function expectCancelled({ alice, bob }: Pair): Promise<void> {
  await expectOver({ alice, bob });
  await alice.openDialpad();
  const panel = alice.page.getByRole("region", { name: "Internal call" });
  await expect(panel).toContainText(`You cancelled the call to ${bob.name}.`);
}

/** Another tab of the same agent, who looks at the first. */
export async function tabOf(sandbox: Sandbox, { identity, page }: Agent): Promise<Agent> {
  const second = new Agent(identity, await page.context().newPage());
  await second.start(sandbox);
  return second;
}

/** How often that was asked since requests were forgotten. */
export async function asked(sandbox: Sandbox, what: string): Promise<number> {
  return (await sandbox.requests()).filter(({ name }) => name === what).length;
}

/** How many legs nobody answered. */
export async function unanswered(sandbox: Sandbox): Promise<number> {
  const { telephony } = await sandbox.state();
  return telephony.calls.filter(({ status }) => status === "failed" || status === "no-answer").length;
}

/** What Flex Insights takes for conversations: of all tasks that are on. */
export async function conversations(sandbox: Sandbox): Promise<string[]> {
  const { routing } = await sandbox.state();
  const on = routing.tasks.filter(({ assignment_status: status }) => status === "assigned");
  return [...new Set(on.map(({ attributes }) => JSON.parse(attributes).conversations?.conversation_id))];
}
