// How fast a call between agents is set up, against the reference's sequence in the same sandbox with the same latencies.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext } from "@playwright/test";
import { Agent, people, type Identity } from "../helpers/agent";
import { target } from "../helpers/config";
import { Sandbox } from "../helpers/sandbox";
import { expect, test } from "@playwright/test";
import { median, moment, watchAppearance, watchClick } from "./measure";
import { allHeard } from "./all-heard";
import { servePlugin } from "./plugin";
import { ReferenceFunctions } from "./reference-functions";

const root = join(import.meta.dirname, "../../..");
/** One plugin and the other, by turns: a machine whose speed changes changes both. */
const TURNS = 2;
const CALLS = 5;
const STARTS = 5;
/** What passes between the ring and the press of Accept: a person needs a second; at once both phones are set up together. */
const PAUSES = { in_a_second: 1000, at_once: 0 } as const;
const LATENCIES_MS = [0, 100] as const;
const ACCEPT = ".Twilio-TaskButton-Accept";
const READY = '[data-testid="activity-dropdown-button"]';

/** One call, milliseconds. */
interface Call {
  pause: keyof typeof PAUSES;
  ring: number;
  heard: number;
  requests: number;
}

type Calls = Record<(typeof LATENCIES_MS)[number], Call[]>;

interface Series {
  click_to_ring_ms: number;
  accept_to_heard_ms: number;
  accepted_at_once_to_heard_ms: number;
  /** Requests to Twilio and to the functions from the click to the ring, all of them. */
  requests: number;
  all: { click_to_ring_ms: number[]; accept_to_heard_ms: number[]; accepted_at_once_to_heard_ms: number[] };
}

test("set-up", async ({ browser }) => {
  const sandbox = await Sandbox.start();
  try {
    const calls = { reference: none(), ours: none() };
    for (let turn = 0; turn < TURNS; turn += 1) {
      add(calls.reference, await measure(browser, sandbox, await ReferenceFunctions.start(sandbox.port)));
      add(calls.ours, await measure(browser, sandbox));
    }
    const [reference, ours] = [summed(calls.reference), summed(calls.ours)];
    const [added, starts] = await startTimes(browser, sandbox);
    const bundle = bundleSize();
    const worst = (key: Exclude<keyof Series, "all" | "requests">) =>
      round(Math.max(...LATENCIES_MS.map((latency) => ours[latency][key] / reference[latency][key])));
    const result = {
      click_to_ring_ratio: worst("click_to_ring_ms"),
      accept_to_heard_ratio: worst("accept_to_heard_ms"),
      accepted_at_once_to_heard_ratio: worst("accepted_at_once_to_heard_ms"),
      round_trips: { ours: roundTrips(ours), reference: roundTrips(reference) },
      bundle_gz_bytes: bundle.total_gz,
      flex_start_added_ratio: round(added),
      details: {
        method:
          "medians of ten calls (of twenty where it is no matter when Accept is pressed: a second after the ring, or at once), by turns of " +
          "one plugin and the other (Flex start: the fastest of five); ratios are ours to the reference's, the worse of the two latencies; round trips are sequential " +
          "ones from click to ring: what 100 ms a request adds to the fastest of the calls, divided by 100 ms",
        latency_ms: LATENCIES_MS,
        ours,
        reference,
        bundle,
        flex_start_ms: starts,
      },
    };
    mkdirSync(join(target, "bench"), { recursive: true });
    const file = join(target, "bench/setup.json");
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    const { details: _, ...short } = result;
    console.log(`${JSON.stringify(short, null, 2)}\n${file}`);
  } finally {
    await sandbox.stop();
  }
});

const none = (): Calls => ({ 0: [], 100: [] });

function add(all: Calls, more: Calls): void {
  for (const latency of LATENCIES_MS) all[latency].push(...more[latency]);
}

const rounded = ({ ring, heard, ...others }: Call): Call => ({ ring: Math.round(ring), heard: Math.round(heard), ...others });

function summed(calls: Calls): Record<(typeof LATENCIES_MS)[number], Series> {
  const series = (of: Call[]): Series => {
    const rings = of.map(({ ring }) => ring);
    const heard = (wanted: keyof typeof PAUSES) => of.filter(({ pause }) => pause === wanted).map((call) => call.heard);
    const [later, atOnce] = [heard("in_a_second"), heard("at_once")];
    return {
      click_to_ring_ms: Math.round(median(rings)),
      accept_to_heard_ms: Math.round(median(later)),
      accepted_at_once_to_heard_ms: Math.round(median(atOnce)),
      requests: median(of.map(({ requests }) => requests)),
      all: {
        click_to_ring_ms: rings.map(Math.round),
        accept_to_heard_ms: later.map(Math.round),
        accepted_at_once_to_heard_ms: atOnce.map(Math.round),
      },
    };
  };
  return { 0: series(calls[0]), 100: series(calls[100]) };
}

/** Both latencies with one plugin: the reference's if its functions are given. */
async function measure(
  browser: Browser,
  sandbox: Sandbox,
  functions?: ReferenceFunctions,
): Promise<Calls> {
  const contexts: BrowserContext[] = [];
  const open = async (identity: Identity): Promise<Agent> => {
    const context = await browser.newContext({ permissions: ["microphone"] });
    contexts.push(context);
    if (functions) await serveReference(context, functions);
    const agent = new Agent(identity, await context.newPage(), context);
    await agent.start(sandbox);
    return agent;
  };
  try {
    const alice = await open("alice");
    const bob = await open("bob");
    const all = none();
    for (const latency of LATENCIES_MS) {
      await sandbox.setFaults(latency === 0 ? [] : [{ target: "request", latency_ms: latency }]);
      if (functions) functions.latencyMs = latency;
      // Not counted: what is made on first use.
      await oneCall(sandbox, alice, bob, "at_once", functions);
      for (let call = 0; call < CALLS; call += 1) {
        for (const pause of ["in_a_second", "at_once"] as const) all[latency].push(await oneCall(sandbox, alice, bob, pause, functions));
      }
      const name = functions ? "reference" : "ours";
      console.log(`${name}, ${latency} ms a request: ${JSON.stringify(all[latency].map(rounded))}`);
    }
    if (functions) expect(functions.failures, "the reference's functions never failed").toEqual([]);
    return all;
  } finally {
    await sandbox.clearFaults();
    for (const context of contexts) await context.close();
    await functions?.stop();
  }
}

async function oneCall(
  sandbox: Sandbox,
  alice: Agent,
  bob: Agent,
  pause: keyof typeof PAUSES,
  functions?: ReferenceFunctions,
): Promise<Call> {
  const callButton = functions ? "#reference-call-bob" : "[data-bench-call]";
  if (!functions) {
    await alice.choose("Call Agent", "Select an agent", bob.name);
    await alice.callButton.evaluate((button) => button.setAttribute("data-bench-call", ""));
  }
  await sandbox.forgetRequests();
  const before = functions?.requests ?? 0;
  await watchClick(alice.page, "call", callButton);
  await watchAppearance(bob.page, "ring", ACCEPT);
  await alice.page.locator(callButton).click();
  const ring = (await moment(bob.page, "ring")) - (await moment(alice.page, "call"));
  const requests =
    (functions?.requests ?? 0) -
    before +
    (await sandbox.requests()).filter(({ name }) => /^(rpc|rest|functions):/.test(name)).length;
  await new Promise((wake) => setTimeout(wake, PAUSES[pause]));
  await watchClick(bob.page, "accept", ACCEPT);
  await bob.accept();
  const heard = (await allHeard(sandbox)) - (await moment(bob.page, "accept"));
  await bob.hangUp();
  await sandbox.expectAtRest();
  await alice.expectNoTasks();
  await bob.expectNoTasks();
  return { pause, ring, heard, requests };
}

function serveReference(context: BrowserContext, functions: ReferenceFunctions): Promise<void> {
  const callees = (["alice", "bob"] as const).map((identity) => ({
    identity,
    contact_uri: `client:${identity}`,
    full_name: people[identity],
  }));
  const script = readFileSync(join(import.meta.dirname, "reference-plugin.js"), "utf8")
    .replace("__FUNCTIONS__", functions.url)
    .replace("__CALLEES__", JSON.stringify(callees));
  return servePlugin(context, script);
}

/** From navigation to a Flex that can be used, with and without the plugin, turn by turn. */
async function startTimes(
  browser: Browser,
  sandbox: Sandbox,
): Promise<[number, { with_plugin: number[]; without: number[] }]> {
  const starts = { with_plugin: [] as number[], without: [] as number[] };
  const context = await browser.newContext({ permissions: ["microphone"] });
  const page = await context.newPage();
  await page.addInitScript((selector) => {
    window.benchMarks = {};
    const look = (): void => {
      if (document.querySelector(selector)) window.benchMarks.ready = performance.now();
      else requestAnimationFrame(look);
    };
    look();
  }, READY);
  const start = async (): Promise<number> => {
    await page.goto(`${sandbox.origin("alice")}/`);
    return moment(page, "ready");
  };
  // Not counted: the browser's cache fills, for both.
  await start();
  for (let turn = 0; turn < STARTS; turn += 1) {
    starts.with_plugin.push(Math.round(await start()));
    await page.route(/\/plugins(\?.*)?$/, (route) => route.fulfill({ json: [] }));
    starts.without.push(Math.round(await start()));
    await page.unroute(/\/plugins(\?.*)?$/);
  }
  await context.close();
  // The fastest: what else the machine does can only add.
  return [Math.min(...starts.with_plugin) / Math.min(...starts.without) - 1, starts];
}

/** What the browser loads for the plugin, and what the WebAssembly alone would be. */
function bundleSize(): { total_gz: number; wasm_gz: number; files: Record<string, number> } {
  const gz = (file: string): number => gzipSync(readFileSync(file), { level: 9 }).length;
  const folder = join(root, "plugin-shell/build");
  const files = Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith(".js"))
      .map((name) => [name, gz(join(folder, name))]),
  );
  const total_gz = Object.values(files).reduce((sum, bytes) => sum + bytes, 0);
  return { total_gz, wasm_gz: gz(join(root, "pkg/backline_bg.wasm")), files };
}

function roundTrips(series: Record<(typeof LATENCIES_MS)[number], Series>): number {
  // The fastest calls: the machine's other load, which differs between the two series, is not in them.
  const fastest = (latency: (typeof LATENCIES_MS)[number]) => Math.min(...series[latency].all.click_to_ring_ms);
  return Math.round((fastest(100) - fastest(0)) / 100);
}

function round(ratio: number): number {
  return Math.round(ratio * 1000) / 1000;
}
