// The sandbox's process and its control API (docs/control.md).
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { target } from "./config";

export type Effect = "pass" | "lose" | "duplicate" | "drop" | "hang" | { fail: number } | { lag: number };

export interface Rule {
  target: string;
  latency_ms?: number;
  effect?: Effect;
  times?: number;
}

export interface RequestRecord {
  name: string;
  method: string;
  path: string;
  status: number;
  started_ms: number;
  ended_ms: number;
}

export interface State {
  at_rest: boolean;
  routing: {
    tasks: { sid: string; assignment_status: string; attributes: string }[];
    reservations: { sid: string; task_sid: string; worker_sid: string; reservation_status: string }[];
  };
  telephony: {
    calls: { sid: string; from: string; to: string; status: string; customer: string | null }[];
    conferences: { sid: string; friendly_name: string; status: string; participants: { call: string; end_on_exit: boolean }[] }[];
  };
}

/** One leg as the sandbox's meters show it; levels are root mean squares. */
export interface Leg {
  call: string;
  identity: string | null;
  rtp: "sound" | "silent" | "none" | null;
  /** What was pressed on it. */
  keys: string | null;
  level_in: number;
  level_out: number;
  hears: { source: string; level: number }[];
  heard_ms: Record<string, number>;
  /** First and last frame in which each was last sent to it. */
  heard_run: Record<string, Run>;
  /** The frame of the Device's first packet. */
  opened: number | null;
}

/** First and last frame, of 20 ms, of all that the sandbox has mixed since its start. */
export type Run = [first: number, last: number];

export interface Voice {
  heard_ms: number;
  on_two_ms: number;
  /** The same, where it is not sure when a packet was sent: its sender stood still, or the machine was too busy. */
  perhaps_on_two_ms: number;
  /** When it last arrived on each of his legs. */
  legs: Record<string, Run>;
}

// The account's names, the same at every start.

/** The TwiML application that a call between agents dials. */
export const APPLICATION_SID = `AP${"1".padStart(32, "0")}`;
/** The number that a call between agents dials, to be handed over. */
export const SILENT_NUMBER = "+15005550009";
export const INTERNAL_CALL_WORKFLOW_SID = `WW${"1".padStart(32, "0")}`;
export const INTERNAL_CALLS_QUEUE_SID = `WQ${"3".padStart(32, "0")}`;
const ACCOUNT_SID = `AC${"ac".padStart(32, "0")}`;

/** The worker of one of the first agents. */
export function workerSid(identity: "alice" | "bob" | "carol" | "dave"): string {
  const number = 0xa0 + ["alice", "bob", "carol", "dave"].indexOf(identity);
  return `WK${number.toString(16).padStart(32, "0")}`;
}

export class Sandbox {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** `agents`: how many work there, of Alice, Bob, Carol and Dave. */
  static async start(wanted?: number, agents = 3): Promise<Sandbox> {
    const port = wanted ?? (await freePort());
    const program = process.env.SANDBOX ?? join(target, "debug/backline-sandbox");
    // Its input is a pipe from us: however we end, the sandbox ends too.
    const child = spawn(program, ["--port", String(port), "--agents", String(agents), "--with-parent"], {
      cwd: join(import.meta.dirname, "../../.."),
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, RUST_LOG: process.env.RUST_LOG ?? "warn" },
    });
    const lines = createInterface({ input: child.stdout! });
    const listening = new Promise<void>((resolve) => {
      lines.on("line", (line) => {
        if (line.startsWith("sandbox: ")) resolve();
      });
    });
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the sandbox ended with ${code} before it listened on port ${port}`);
    });
    await Promise.race([listening, ended]);
    ended.catch(() => undefined);
    return new Sandbox(child, port);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exit = once(this.child, "exit");
    this.child.stdin!.end();
    await exit;
  }

  origin(identity: string): string {
    return `http://${identity}.localhost:${this.port}`;
  }

  state(): Promise<State> {
    return this.ask("GET", "state");
  }

  async legs(): Promise<Leg[]> {
    return (await this.meters()).legs;
  }

  /** The legs as the meters show them, and how many frames of 20 ms there have been. */
  async meters(): Promise<{ frame: number; legs: Leg[] }> {
    const { frame, legs } = await this.ask<{ frame: number; legs: (Partial<Leg> & Pick<Leg, "call" | "identity">)[] }>("GET", "levels");
    // A leg that is not connected yet has no meters.
    const dark = { rtp: null, keys: null, level_in: 0, level_out: 0, hears: [], heard_ms: {}, heard_run: {}, opened: null };
    return { frame, legs: legs.map((leg) => ({ ...dark, ...leg })) };
  }

  /** For how long the agent's voice was audible to somebody, and for how long on two of his calls at once. */
  async voice(identity: string): Promise<Voice> {
    const { voices } = await this.ask<{ voices: Record<string, Voice> }>("GET", "levels");
    return voices[identity] ?? { heard_ms: 0, on_two_ms: 0, perhaps_on_two_ms: 0, legs: {} };
  }

  /** How many calls he takes at once. */
  setCapacity(identity: string, capacity: number): Promise<void> {
    return this.ask("POST", `workers/${identity}/channels/voice`, { capacity });
  }

  /** His voice sockets drop without a word; his Devices come back, unless `connect:voice` fails. */
  dropSignalling(identity: string): Promise<void> {
    return this.ask("DELETE", `workers/${identity}/signalling`);
  }

  /** So many colleagues whom nobody plays: of 25 one is Available, one on Break, the others Offline. */
  addColleagues(count: number): Promise<void> {
    return this.ask("POST", "colleagues", { count });
  }

  /** Where TaskRouter posts its events; nowhere, if there is no path. */
  setEventCallback(path: string | undefined): Promise<void> {
    return this.ask("PUT", "event-callback", { url: path ? `http://functions.localhost:${this.port}${path}` : null });
  }

  /** Where the application's TwiML is, from now on: its `VoiceUrl`, by Twilio's own REST. */
  async answerApplication(url: string): Promise<void> {
    const path = `/t/api.twilio.com/2010-04-01/Accounts/${ACCOUNT_SID}/Applications/${APPLICATION_SID}.json`;
    const authorization = `Basic ${Buffer.from(`${ACCOUNT_SID}:sandbox-auth-token`).toString("base64")}`;
    const body = new URLSearchParams({ VoiceUrl: url });
    const answer = await fetch(`http://localhost:${this.port}${path}`, { method: "POST", headers: { authorization }, body });
    if (!answer.ok) throw new Error(`the application: ${answer.status} ${await answer.text()}`);
  }

  configure(feature: string, settings: object): Promise<void> {
    return this.ask("PUT", `features/${feature}`, settings);
  }

  /** Merged into Flex's configuration, for every page that starts from now on; `{}` is as it was. */
  overlayConfiguration(patch: object): Promise<void> {
    return this.ask("PUT", "configuration", patch);
  }

  async requests(): Promise<RequestRecord[]> {
    const { requests } = await this.ask<{ requests: RequestRecord[] }>("GET", "requests");
    return requests;
  }

  forgetRequests(): Promise<void> {
    return this.ask("DELETE", "requests");
  }

  setFaults(rules: Rule[]): Promise<void> {
    return this.ask("PUT", "faults", { rules });
  }

  clearFaults(): Promise<void> {
    return this.ask("DELETE", "faults");
  }

  async customerCalls(customer: { from: string; name: string; queue?: string; attributes?: object }): Promise<string> {
    const { call } = await this.ask<{ call: string }>("POST", "customers", customer);
    return call;
  }

  customerHangsUp(call: string): Promise<void> {
    return this.ask("DELETE", `customers/${call}`);
  }

  /** These attributes of his; one that is null is taken away. */
  setAttributes(identity: string, attributes: Record<string, unknown>): Promise<void> {
    return this.ask("POST", `workers/${identity}/attributes`, attributes);
  }

  setActivity(identity: string, activity: string): Promise<void> {
    return this.ask("POST", `workers/${identity}/activity`, { activity });
  }

  /** No open task, reservation, conference or leg, as soon as what is under way is done. */
  async expectAtRest(): Promise<void> {
    await expect
      .poll(
        async () => {
          const state = await this.state();
          return state.at_rest ? "at rest" : open(state);
        },
        { message: "every task, reservation, conference and leg is closed", timeout: 30_000 },
      )
      .toBe("at rest");
  }

  /** Everybody named hears everybody else named, by the sandbox's meters. */
  async expectAllHear(...identities: string[]): Promise<void> {
    await expect.poll(() => this.whoHears(identities), { message: "all hear each other" }).toEqual(
      identities.flatMap((listener) =>
        identities.filter((speaker) => speaker !== listener).map((speaker) => `${listener} hears ${speaker}`),
      ),
    );
  }

  /** `alice hears bob`, … of all pairs in which the listener's leg was sent the speaker's audible voice. */
  async whoHears(identities: string[]): Promise<string[]> {
    const legs = await this.legs();
    const named = (identity: string) => legs.filter((leg) => leg.identity === identity);
    return identities.flatMap((listener) =>
      identities
        .filter((speaker) => speaker !== listener)
        .filter((speaker) =>
          named(listener).some((leg) => named(speaker).some((other) => (leg.heard_ms[other.call] ?? 0) > 0)),
        )
        .map((speaker) => `${listener} hears ${speaker}`),
    );
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`http://localhost:${this.port}/control/${path}`, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} /control/${path}: ${answer.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
}

/** What is not closed, in a few lines. */
function open({ routing, telephony }: State): string {
  const over = ["completed", "canceled", "rejected", "timeout", "rescinded", "failed", "busy", "no-answer"];
  return [
    ...routing.tasks.map((task) => [task.assignment_status, `task ${task.sid} ${task.attributes}`]),
    ...routing.reservations.map((one) => [one.reservation_status, `reservation of ${one.task_sid} by ${one.worker_sid}`]),
    ...telephony.calls.map((call) => [call.status, `leg ${call.sid} from ${call.from} to ${call.to}`]),
    ...telephony.conferences.map((room) => [room.status, `conference ${room.friendly_name}`]),
  ]
    .filter(([status]) => !over.includes(status ?? ""))
    .map(([status, what]) => `${status}: ${what}`)
    .join("\n");
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
