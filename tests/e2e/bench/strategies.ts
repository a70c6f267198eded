// What a call between two agents takes by each strategy: time, legs, tasks, requests. By turns, in one sandbox.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type Browser } from "@playwright/test";
import { Agent, type Identity } from "../helpers/agent";
import { target } from "../helpers/config";
import { APPLICATION_SID, INTERNAL_CALLS_QUEUE_SID, Sandbox, SILENT_NUMBER } from "../helpers/sandbox";
import { allHeard } from "./all-heard";
import { median, moment, watchAppearance, watchClick } from "./measure";

const STRATEGIES = {
  conference: {},
  application: { strategy: "application", application_sid: APPLICATION_SID, outbound_queue_sid: INTERNAL_CALLS_QUEUE_SID },
  warm_transfer: { strategy: "warm_transfer", call_target: SILENT_NUMBER },
};
type Strategy = keyof typeof STRATEGIES;
const NAMES = Object.keys(STRATEGIES) as Strategy[];

const FEATURE = { enabled: true, enable_call_agent: true, enable_call_queue: true };
const TURNS = 2;
const CALLS = 4;
const LATENCIES_MS = [0, 100] as const;
const ACCEPT = ".Twilio-TaskButton-Accept";
/** What passes between the ring and the press of Accept. */
const PAUSE_MS = 1000;

interface Call {
  latency_ms: number;
  click_to_ring_ms: number;
  accept_to_heard_ms: number;
  /** Of the whole call, from the click until nothing is left of it. */
  legs: number;
  tasks: number;
  reservations: number;
  conferences: number;
  rest_requests: number;
  function_requests: number;
  flex_requests: number;
}

test("strategies", async ({ browser }) => {
  const sandbox = await Sandbox.start();
  try {
    const calls = Object.fromEntries(NAMES.map((name) => [name, [] as Call[]])) as Record<Strategy, Call[]>;
    for (let turn = 0; turn < TURNS; turn += 1) {
      for (const name of NAMES) {
        await sandbox.configure("internal_call", { ...FEATURE, ...STRATEGIES[name] });
        calls[name].push(...(await measure(browser, sandbox)));
        console.log(`${name}: ${JSON.stringify(calls[name].slice(-1))}`);
      }
    }
    const result = Object.fromEntries(NAMES.map((name) => [name, summed(calls[name])]));
    mkdirSync(join(target, "bench"), { recursive: true });
    const file = join(target, "bench/strategies.json");
    writeFileSync(file, `${JSON.stringify({ ...result, details: calls }, null, 2)}\n`);
    console.log(`${JSON.stringify(result, null, 2)}\n${file}`);
  } finally {
    await sandbox.stop();
  }
});

/** Medians: of times by latency, of the rest over all. */
function summed(calls: Call[]): object {
  const of = (key: keyof Call, some = calls) => Math.round(median(some.map((call) => call[key])));
  const times = LATENCIES_MS.map((latency) => {
    const some = calls.filter(({ latency_ms }) => latency_ms === latency);
    return [`${latency}_ms_a_request`, { click_to_ring_ms: of("click_to_ring_ms", some), accept_to_heard_ms: of("accept_to_heard_ms", some) }];
  });
  const counts = (["legs", "tasks", "reservations", "conferences", "rest_requests", "function_requests", "flex_requests"] as const).map((key) => [key, of(key)]);
  return Object.fromEntries([...times, ...counts]);
}

async function measure(browser: Browser, sandbox: Sandbox): Promise<Call[]> {
  const contexts = [await browser.newContext({ permissions: ["microphone"] }), await browser.newContext({ permissions: ["microphone"] })] as const;
  const open = async (identity: Identity, context: (typeof contexts)[number]): Promise<Agent> => {
    const agent = new Agent(identity, await context.newPage(), context);
    await agent.start(sandbox);
    return agent;
  };
  try {
    const alice = await open("alice", contexts[0]);
    const bob = await open("bob", contexts[1]);
    const all: Call[] = [];
    for (const latency of LATENCIES_MS) {
      await sandbox.setFaults(latency === 0 ? [] : [{ target: "request", latency_ms: latency }]);
      // Not counted: what is made on first use.
      await oneCall(sandbox, alice, bob, latency);
      for (let call = 0; call < CALLS; call += 1) all.push(await oneCall(sandbox, alice, bob, latency));
    }
    return all;
  } finally {
    await sandbox.clearFaults();
    for (const context of contexts) await context.close();
  }
}

async function oneCall(sandbox: Sandbox, alice: Agent, bob: Agent, latency: number): Promise<Call> {
  await alice.choose("Call Agent", "Select an agent", bob.name);
  await alice.callButton.evaluate((button) => button.setAttribute("data-bench-call", ""));
  const before = await sids(sandbox);
  const made = new Set<string>();
  const look = async () => (await sids(sandbox)).forEach((sid) => before.has(sid) || made.add(sid));
  await sandbox.forgetRequests();
  await watchClick(alice.page, "call", "[data-bench-call]");
  await watchAppearance(bob.page, "ring", ACCEPT);
  await alice.page.locator("[data-bench-call]").click();
  const ring = (await moment(bob.page, "ring")) - (await moment(alice.page, "call"));
  await look();
  await new Promise((wake) => setTimeout(wake, PAUSE_MS));
  await watchClick(bob.page, "accept", ACCEPT);
  await bob.accept();
  const heard = (await allHeard(sandbox)) - (await moment(bob.page, "accept"));
  await look();
  await bob.hangUp();
  await sandbox.expectAtRest();
  await alice.expectNoTasks();
  await bob.expectNoTasks();
  await look();
  const requests = await sandbox.requests();
  const asked = (kind: string) => requests.filter(({ name }) => name.startsWith(`${kind}:`)).length;
  const of = (prefix: string) => [...made].filter((sid) => sid.startsWith(prefix)).length;
  return {
    latency_ms: latency,
    click_to_ring_ms: ring,
    accept_to_heard_ms: heard,
    legs: of("CA"),
    tasks: of("WT"),
    reservations: of("WR"),
    conferences: of("CF"),
    rest_requests: asked("rest"),
    function_requests: asked("functions"),
    flex_requests: asked("rpc"),
  };
}

/** Of all calls, conferences, tasks and reservations that the sandbox still knows. */
async function sids(sandbox: Sandbox): Promise<Set<string>> {
  const { routing, telephony } = await sandbox.state();
  return new Set([routing.tasks, routing.reservations, telephony.calls, telephony.conferences].flatMap((all) => all.map(({ sid }) => sid)));
}
