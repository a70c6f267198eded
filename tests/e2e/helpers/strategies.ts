// The three ways in which two agents are connected: how each is configured, and the few facts in which they differ for an agent.
import { expect } from "@playwright/test";
import type { Agent } from "./agent";
import { add, transferTo } from "./company";
import { APPLICATION_SID, INTERNAL_CALLS_QUEUE_SID, type Rule, type Sandbox, SILENT_NUMBER } from "./sandbox";
import type { Agents } from "./test";
import { expectHears, expectLeavable, ofParticipant, toColleague, toQueue } from "./transfers";
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
  /** Hands the other party on, cold, by the button for it, and is out of the call. */
  transfer(agent: Agent, to: Agent): Promise<void>;
  transferToQueue(agent: Agent, queue: string): Promise<void>;
  /** Whether both of the two may do so: of a call that was handed over Flex offers it to whom it was handed only. */
  eitherTransfers: boolean;
  /** Brings a third into the call: adds, or consults; he accepts, and all three are together. */
  bringIn(agent: Agent, third: Agent): Promise<void>;
  /** Waits until whoever leaves a call of three leaves the others to themselves, and the last but one ends it. */
  expectLeavable(sandbox: Sandbox): Promise<void>;
}

/** Flex's own buttons. */
const flexTransfers = {
  transfer: (agent: Agent, to: Agent) => toColleague(agent, "Transfer to", to.identity),
  transferToQueue: (agent: Agent, queue: string) => toQueue(agent, "Transfer to", queue),
  expectLeavable,
};

async function consult(agent: Agent, third: Agent): Promise<void> {
  await toColleague(agent, "Consult", third.identity);
  await third.expectRinging();
  await third.accept();
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
  transfer: (agent, to) => transferTo(agent, "an agent", to.name),
  transferToQueue: (agent, queue) => transferTo(agent, "a queue", queue),
  eitherTransfers: true,
  bringIn: async (agent, third) => {
    await add(agent, third.name);
    await third.expectRinging();
    await third.accept();
  },
  // The functions look who is there.
  expectLeavable: async () => undefined,
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
  ...flexTransfers,
  eitherTransfers: true,
  bringIn: async (agent, third) => {
    await consult(agent, third);
    // The other one waits meanwhile, as a customer does.
    await expect(ofParticipant(agent, `Hang up ${third.name}`)).toBeVisible();
    await agent.page.locator(".Twilio-CallCanvas").getByRole("button", { name: /^Unhold / }).click();
  },
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
  ...flexTransfers,
  eitherTransfers: false,
  bringIn: consult,
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
