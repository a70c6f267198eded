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
import { servePlugin } from "./plugin";
import { ReferenceFunctions } from "./reference-functions";

const root = join(import.meta.dirname, "../../..");
const CALLS = 10;
const STARTS = 5;
const LATENCIES_MS = [0, 100] as const;
const ACCEPT = ".Twilio-TaskButton-Accept";
const READY = '[data-testid="activity-dropdown-button"]';

interface Series {
  click_to_ring_ms: number;
  accept_to_heard_ms: number;
  /** Requests to Twilio and to the functions from the click to the ring, all of them. */
  requests: number;
  all: { click_to_ring_ms: number[]; accept_to_heard_ms: number[] };
}

test("set-up", async ({ browser }) => {
  const sandbox = await Sandbox.start();
  try {
    const reference = await measure(browser, sandbox, await ReferenceFunctions.start(sandbox.port));
    const ours = await measure(browser, sandbox);
    const [added, starts] = await startTimes(browser, sandbox);
    const bundle = bundleSize();
    const worst = (key: "click_to_ring_ms" | "accept_to_heard_ms") =>
      round(Math.max(...LATENCIES_MS.map((latency) => ours[latency][key] / reference[latency][key])));
    const result = {
      click_to_ring_ratio: worst("click_to_ring_ms"),
      accept_to_heard_ratio: worst("accept_to_heard_ms"),
      round_trips: { ours: roundTrips(ours), reference: roundTrips(reference) },
      bundle_gz_bytes: bundle.total_gz,
      flex_start_added_ratio: round(added),
      details: {
        method:
          "medians of ten calls (Flex start: the fastest of five); ratios are ours to the reference's, the worse of the two latencies; round trips are sequential " +
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

/** Both latencies with one plugin: the reference's if its functions are given. */
async function measure(
  browser: Browser,
  sandbox: Sandbox,
  functions?: ReferenceFunctions,
): Promise<Record<(typeof LATENCIES_MS)[number], Series>> {
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
    const series: Partial<Record<(typeof LATENCIES_MS)[number], Series>> = {};
    for (const latency of LATENCIES_MS) {
      await sandbox.setFaults(latency === 0 ? [] : [{ target: "request", latency_ms: latency }]);
      if (functions) functions.latencyMs = latency;
      // Not counted: what is made on first use.
      await oneCall(sandbox, alice, bob, functions);
      const calls = [];
      for (let call = 0; call < CALLS; call += 1) calls.push(await oneCall(sandbox, alice, bob, functions));
      const rings = calls.map(({ ring }) => ring);
      const hears = calls.map(({ heard }) => heard);
      series[latency] = {
        click_to_ring_ms: Math.round(median(rings)),
        accept_to_heard_ms: Math.round(median(hears)),
        requests: median(calls.map(({ requests }) => requests)),
        all: { click_to_ring_ms: rings.map(Math.round), accept_to_heard_ms: hears.map(Math.round) },
      };
      const name = functions ? "reference" : "ours";
      console.log(`${name}, ${latency} ms a request: ${JSON.stringify(series[latency])}`);
    }
    if (functions) expect(functions.failures, "the reference's functions never failed").toEqual([]);
    return series as Record<(typeof LATENCIES_MS)[number], Series>;
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
  functions?: ReferenceFunctions,
): Promise<{ ring: number; heard: number; requests: number }> {
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
  await watchClick(bob.page, "accept", ACCEPT);
  await bob.accept();
  // Polled without a pause: the meters' own step is 20 ms.
  while ((await sandbox.whoHears(["alice", "bob"])).length < 2);
  const heard = Date.now() - (await moment(bob.page, "accept"));
  await bob.hangUp();
  await sandbox.expectAtRest();
  await alice.expectNoTasks();
  await bob.expectNoTasks();
  return { ring, heard, requests };
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
