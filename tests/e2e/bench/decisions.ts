// How long the core takes to decide, by the number of calls: in Chromium's main thread, as the shell asks it, with both
// crossings between JavaScript and WebAssembly.
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import type { Backline, FlightRecorder, Effect, Event as CoreEvent } from "../../../pkg/backline";

const pkg = join(import.meta.dirname, "../../../pkg");

declare global {
  interface Window {
    Backline: typeof Backline;
    FlightRecorder: typeof FlightRecorder;
  }
}

/** Microseconds for one event, the median of many batches, by the number of calls. */
export async function decisionTimes(browser: Browser, counts: readonly number[]): Promise<Record<string, number>> {
  const page = await browser.newPage();
  await page.route("**/*", (route) => {
    const file = new URL(route.request().url()).pathname;
    return file === "/"
      ? route.fulfill({ contentType: "text/html", body: "<!doctype html>" })
      : route.fulfill({ path: join(pkg, file) });
  });
  await page.goto("http://localhost/");
  await page.addScriptTag({
    type: "module",
    content: `import init, { Backline, FlightRecorder } from "/backline.js";
      await init({ module_or_path: "/backline_bg.wasm" });
      Object.assign(window, { Backline, FlightRecorder });`,
  });
  await page.waitForFunction(() => window.Backline !== undefined);
  const times: Record<string, number> = {};
  for (const count of counts) times[count] = Math.round((await page.evaluate(measure, count)) * 10) / 10;
  await page.close();
  return times;
}

/** Runs in the page. */
function measure(count: number): number {
  // A few milliseconds: most batches are over before the machine turns to something else.
  const SWAPS = 25;
  const WARM_UP = 40;
  const BATCHES = 251;

  const sid = (prefix: string, number: number) => prefix + number.toString(16).padStart(32, "0");
  const core = new window.Backline(new window.FlightRecorder());
  const answers: CoreEvent[] = [];
  let now = 1;
  let events = 0;

  /** As the shell does with every event: it hands it over, looks at the orders, and asks when to come back. */
  const tell = (event: CoreEvent): void => {
    events += 1;
    now += 1;
    for (const effect of core.handle(now, event)) if ("id" in effect) answers.push(answerTo(effect));
    core.nextDeadline();
  };
  const answerTo = (effect: Extract<Effect, { id: number }>): CoreEvent => ({
    kind: "settled",
    id: effect.id,
    outcome: effect.kind === "http" ? { kind: "answered", status: 200, message: "", code: undefined } : { kind: "done" },
  });
  const tellAll = (...told: CoreEvent[]): void => {
    told.forEach(tell);
    for (let answer = answers.shift(); answer; answer = answers.shift()) tell(answer);
  };
  const participants = (call: number, onHold: boolean): CoreEvent => ({
    kind: "participantsChanged",
    reservation: sid("WR", call),
    participants: [
      { target: sid("CA", 1000 + call), call: sid("CA", 1000 + call), kind: "customer", me: false, joined: true, onHold },
      { target: sid("WK", 1), call: sid("CA", call), kind: "worker", me: true, joined: true, onHold: false },
    ],
  });
  const reservation = (call: number, status: "pending" | "accepted"): CoreEvent => ({
    kind: "reservationChanged",
    reservation: {
      sid: sid("WR", call),
      taskSid: sid("WT", call),
      status,
      timeout: 120,
      channel: "voice",
      attributes: { from: `+1555${call}`, name: `Customer ${call}` },
    } as Extract<CoreEvent, { kind: "reservationChanged" }>["reservation"],
  });

  tellAll({
    kind: "started",
    configuration: {
      outbound_call_flows: { default: { workflow_sid: sid("WW", 1), queue_sid: sid("WQ", 1), caller_id: "+15550100" } },
      ui_attributes: {
        custom_data: { serverless_functions_domain: "functions.example", features: { multi_call: { enabled: true } } },
      },
    } as Extract<CoreEvent, { kind: "started" }>["configuration"],
    me: { workerSid: sid("WK", 1), friendlyName: "alice", attributes: { contact_uri: "client:alice" } },
    activities: [],
    tab: "tab",
  } as CoreEvent);
  for (let call = 1; call <= count; call += 1) {
    const leg = sid("CA", call);
    tellAll(reservation(call, "pending"));
    tellAll({ kind: "actionRequested", token: call, action: "acceptTask", sid: sid("WR", call) });
    tellAll(reservation(call, "accepted"));
    tellAll({ kind: "legOffered", leg, reservation: sid("WR", call), offered: call === 1 ? "byFlex" : "forwardable" });
    tellAll({ kind: "legOpened", leg }, participants(call, false), { kind: "legAudible", leg });
  }

  let live = count;
  /** All that happens at a swap; with one call, when somebody who is not the agent holds its customer and takes him back. */
  const swap = (): void => {
    const from = live;
    live = (live % count) + 1;
    tellAll({ kind: "taskSelected", reservation: sid("WR", live) }, { kind: "swapPressed", reservation: sid("WR", live) });
    tellAll(participants(from, true));
    tellAll(participants(live, false));
    tellAll({ kind: "legMuted", leg: sid("CA", live), muted: true }, { kind: "legMuted", leg: sid("CA", live), muted: false });
    tellAll(reservation(live, "accepted"));
  };
  const check = (): void => {
    const view = core.callsView();
    const states = view?.rows.map(({ state, reservation }) => [state, reservation]) ?? [];
    const right = states.every(([state, reservation]) => state === (reservation === sid("WR", live) ? "live" : "onHold"));
    if (count > 1 && (states.length !== count || !right)) throw new Error(`not swapped: ${JSON.stringify(states)}`);
  };

  const times: number[] = [];
  for (let batch = 0; batch < WARM_UP + BATCHES; batch += 1) {
    events = 0;
    const start = performance.now();
    for (let turn = 0; turn < SWAPS; turn += 1) swap();
    const spent = performance.now() - start;
    if (batch >= WARM_UP) times.push((spent * 1000) / events);
    check();
  }
  core.free();
  return times.sort((a, b) => a - b)[Math.floor(BATCHES / 2)]!;
}
