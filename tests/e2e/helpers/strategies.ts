// The three ways in which two agents are connected: how each is configured, and the few facts in which they differ for an agent.
import { expect } from "@playwright/test";
import type { Agent } from "./agent";
import { APPLICATION_SID, INTERNAL_CALLS_QUEUE_SID, type Rule, type Sandbox, SILENT_NUMBER } from "./sandbox";
import type { Agents } from "./test";
import { expectHears, ofParticipant } from "./transfers";
import { Ears } from "./who-hears";

export interface Strategy {
  name: "conference" | "application" | "warm_transfer";
  /** `features.internal_call`, whole. */
  settings: object;
  /** What the caller hears while it rings. */
  ringback: string[];
  /** How many legs are in the conferences of two who talk. */
  legs: number;
  /** Puts that colleague on hold by the button for it. */
  hold(agent: Agent, other: Agent): Promise<void>;
  resume(agent: Agent, other: Agent): Promise<void>;
  /** Whether whoever is on hold reads so. */
  saysWhoHolds: boolean;
  /** Whether Flex's own transfers are there. */
  transfers: boolean;
  /** What keeps the back end from ringing the callee. */
  notRung: Rule;
  /** What is read when the callee accepted and his phone could not be reached; whether it rings on. */
  expectUnreached(caller: Agent, callee: Agent): Promise<boolean>;
  /** Accepts what rings, as soon as a person may. */
  accept(agent: Agent): Promise<void>;
}

/** `features.internal_call` as the sandbox has it at its start. */
export const feature = { enabled: true, enable_call_agent: true, enable_call_queue: true };

export const CONFERENCE: Strategy = {
  name: "conference",
  settings: feature,
  ringback: ["wait"],
  legs: 2,
  hold: (agent, other) => agent.holdButton(other.name).click(),
  resume: (agent, other) => agent.resumeButton(other.name).click(),
  saysWhoHolds: true,
  transfers: false,
  notRung: { target: "rest:tasks.create", effect: { fail: 503 } },
  expectUnreached: async (_, callee) => {
    await expect(callee.told("The call could not be accepted. If it still rings, accept it again.")).toBeVisible();
    return true;
  },
  accept: (agent) => agent.accept(),
};

export const APPLICATION: Strategy = {
  name: "application",
  settings: { ...feature, strategy: "application", application_sid: APPLICATION_SID, outbound_queue_sid: INTERNAL_CALLS_QUEUE_SID },
  ringback: ["wait"],
  legs: 4,
  hold: (agent) => agent.hold(),
  resume: (agent) => agent.unhold(),
  saysWhoHolds: false,
  transfers: true,
  notRung: { target: "webhook:twiml", effect: { fail: 503 } },
  // TaskRouter offers it to him anew.
  expectUnreached: async (_, callee) => {
    await callee.expectRinging();
    return true;
  },
  accept: (agent) => agent.accept(),
};

export const WARM_TRANSFER: Strategy = {
  name: "warm_transfer",
  settings: { ...feature, strategy: "warm_transfer", call_target: SILENT_NUMBER },
  ringback: [],
  legs: 2,
  hold: (agent, other) => ofParticipant(agent, `Hold ${other.name}`).click(),
  resume: (agent, other) => ofParticipant(agent, `Unhold ${other.name}`).click(),
  saysWhoHolds: true,
  transfers: true,
  notRung: { target: "rpc:transfers", effect: { fail: 500 } },
  // TaskRouter takes the transfer back.
  expectUnreached: async (caller, callee) => {
    await expect(caller.told(`${callee.name} did not answer. Try again later, or call somebody else.`)).toBeVisible();
    await expect(callee.told(`You missed a call from ${caller.name}.`)).toBeVisible();
    return false;
  },
  // Answered within half a second Flex would call him for ever: see `toColleague`.
  accept: async (agent) => {
    await agent.page.waitForTimeout(600);
    await agent.accept();
  },
};

export const STRATEGIES = [CONFERENCE, APPLICATION, WARM_TRANSFER];

/** From now on; pages that are open have been configured otherwise. */
export async function configure(sandbox: Sandbox, agents: Agents, { settings }: Strategy, more: object = {}): Promise<void> {
  await agents.close();
  await sandbox.configure("internal_call", { ...settings, ...more });
}

/** Both hear each other and nobody else, and nobody else is on the line. */
export async function expectTalking(sandbox: Sandbox, { legs }: Strategy): Promise<void> {
  await expectHears(new Ears(sandbox), { alice: ["bob"], bob: ["alice"] });
  const there = async () => {
    const { telephony } = await sandbox.state();
    return telephony.conferences.filter(({ status }) => status === "in-progress").flatMap(({ participants }) => participants).length;
  };
  await expect.poll(there, "nobody else is in it").toBe(legs);
}
