// Several calls: how long a decision takes, and for how long an agent is heard by nobody, or hears nobody, when he goes from
// one call to another; against the reference's order in the same sandbox with the same latencies.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, type Browser } from "@playwright/test";
import { Agent } from "../helpers/agent";
import { target } from "../helpers/config";
import { heardBy, listen } from "../helpers/ears";
import { Sandbox } from "../helpers/sandbox";
import { decisionTimes } from "./decisions";
import { measureHearing } from "./hearing";
import { servePlugin } from "./plugin";
import { Talk, type Accepted, type Swapped } from "./talk";
import { median } from "./measure";

const COUNTS = [1, 8, 64] as const;
const LATENCIES_MS = [0, 100] as const;
const ROUNDS = 7;
const KEYS = ["swap_gap_frames", "accept_gap_frames", "accept_voice_frames"] as const;

type Latency = (typeof LATENCIES_MS)[number];
type Figures = Record<(typeof KEYS)[number], number>;

/** What one plugin did. */
interface Series {
  at: Record<Latency, Figures>;
  all: Record<Latency, { accepts: Accepted[]; swaps: Swapped[] }>;
  double_audio_samples: number;
  samples: number;
}

test("calls", async ({ browser }) => {
  const decision_us = await decisionTimes(browser, COUNTS);
  const sandbox = await Sandbox.start();
  try {
    const reference = await measure(browser, sandbox, readFileSync(join(import.meta.dirname, "reference-calls.js"), "utf8"));
    const ours = await measure(browser, sandbox);
    const result = {
      decision_us,
      ...figures(ours),
      reference: figures(reference),
      details: {
        method:
          `decision_us: one event in Chromium's main thread, both crossings included, the median of 251 batches. Frames are of 20 ms; ` +
          `medians of ${ROUNDS} accepts and ${2 * ROUNDS} swaps, the worse of the two latencies. swap_gap_frames: at the sandbox, between ` +
          `the last frame in which the former party was sent the agent's voice and the first in which the next one was. ` +
          `accept_gap_frames: the longest time in which the agent's page played nobody, from the click until both are settled. ` +
          `accept_voice_frames: at the sandbox, from the first packet of the new call's leg to the first with the agent's voice. ` +
          `double_audio_samples, of samples with a voice: of 20 ms, in which the page played two callers, or the voice was sent on two legs`,
        latency_ms: LATENCIES_MS,
        ours: ours.all,
        reference: reference.all,
      },
    };
    mkdirSync(join(target, "bench"), { recursive: true });
    const file = join(target, "bench/calls.json");
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    print(decision_us, ours, reference);
    console.log(file);
    expect(ours.double_audio_samples, "two calls at once, heard by the agent or hearing him").toBe(0);
  } finally {
    await sandbox.stop();
  }
});

/** Both latencies with one plugin: this one, or Backline. */
async function measure(browser: Browser, sandbox: Sandbox, script?: string): Promise<Series> {
  const context = await browser.newContext({ permissions: ["microphone"] });
  try {
    if (script) await servePlugin(context, script);
    const page = await context.newPage();
    await listen(page);
    await measureHearing(page);
    const alice = new Agent("alice", page, context);
    await alice.start(sandbox);
    await sandbox.setCapacity("alice", 2);
    const before = await sandbox.voice("alice");
    const all = {} as Series["all"];
    const at = {} as Series["at"];
    for (const latency of LATENCIES_MS) {
      await sandbox.setFaults(latency === 0 ? [] : [{ target: "request", latency_ms: latency }]);
      all[latency] = { accepts: [], swaps: [] };
      // The first is not counted: what is made on first use.
      for (let round = 0; round <= ROUNDS; round += 1) {
        const { accepted, swapped } = await oneRound(new Talk(sandbox, alice, script === undefined));
        if (round === 0) continue;
        all[latency].accepts.push(accepted);
        all[latency].swaps.push(...swapped);
      }
      at[latency] = medians(all[latency]);
      console.log(`${script ? "reference" : "ours"}, ${latency} ms a request: ${JSON.stringify(at[latency])}`);
    }
    const after = await sandbox.voice("alice");
    const heard = await heardBy(page);
    const frames = (key: "heard_ms" | "on_two_ms") => (after[key] - before[key]) / 20;
    return {
      at,
      all,
      double_audio_samples: heard.twice + frames("on_two_ms"),
      samples: heard.audible + frames("heard_ms"),
    };
  } finally {
    await sandbox.clearFaults();
    await context.close();
    await sandbox.setActivity("alice", "Offline");
  }
}

async function oneRound(talk: Talk): Promise<{ accepted: Accepted; swapped: Swapped[] }> {
  await talk.begin();
  const accepted = await talk.acceptSecond();
  const swapped = [await talk.swap("Dana"), await talk.swap("Erin")];
  await talk.end();
  return { accepted, swapped };
}

function medians({ accepts, swaps }: { accepts: Accepted[]; swaps: Swapped[] }): Figures {
  return {
    swap_gap_frames: median(swaps.map(({ gap_frames }) => gap_frames)),
    accept_gap_frames: median(accepts.map(({ gap_frames }) => gap_frames)),
    accept_voice_frames: median(accepts.map(({ voice_frames }) => voice_frames)),
  };
}

function figures({ at, double_audio_samples, samples }: Series): object {
  const worst = KEYS.map((key) => [key, Math.max(...LATENCIES_MS.map((latency) => at[latency][key]))]);
  const each = LATENCIES_MS.map((latency) => [`at_${latency}_ms`, at[latency]]);
  return { ...Object.fromEntries([...worst, ...each]), double_audio_samples, samples };
}

function print(decision_us: Record<string, number>, ours: Series, reference: Series): void {
  const row = (name: string, ...cells: unknown[]) => console.log(name.padEnd(44) + cells.map((cell) => String(cell).padStart(11)).join(""));
  row("calls", ...COUNTS);
  row("a decision, µs", ...COUNTS.map((count) => decision_us[count]));
  row("frames of 20 ms", "ours", "reference");
  for (const latency of LATENCIES_MS) {
    for (const key of KEYS) row(`${key}, ${latency} ms a request`, ours.at[latency][key], reference.at[latency][key]);
  }
  row("double_audio_samples", ours.double_audio_samples, reference.double_audio_samples);
  row("samples", ours.samples, reference.samples);
}
