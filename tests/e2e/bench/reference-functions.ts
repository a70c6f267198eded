// The reference's functions, re-enacted: the callee's task is made when the caller's leg has joined the conference.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** The sandbox's account (`sandbox/world/src/account.rs`) and the token that its REST asks for. */
const sid = (prefix: string, number: number) => `${prefix}${number.toString(16).padStart(32, "0")}`;
const account = sid("AC", 0xac);
const workspace = sid("WS", 0x35);
const workflow = sid("WW", 0x1);
const authorization = `Basic ${Buffer.from(`${account}:sandbox-auth-token`).toString("base64")}`;

type Attributes = Record<string, unknown> & { worker_call_sid?: string; to?: string; conference?: { participants?: { taskSid?: string } } };

export class ReferenceFunctions {
  /** Waited before each request is looked at, as the sandbox does with its own. */
  latencyMs = 0;
  /** Requests that came. */
  requests = 0;
  readonly failures: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly sandboxPort: number,
  ) {}

  static async start(sandboxPort: number): Promise<ReferenceFunctions> {
    // Kept connections stay: one that closes under a request would count as a lost webhook.
    const server = createServer({ keepAliveTimeout: 600_000 });
    const functions = new ReferenceFunctions(server, sandboxPort);
    server.on("request", (request, response) => {
      functions.answer(request).then(
        (twiml) => response.writeHead(200, { "content-type": "text/xml" }).end(twiml),
        (error: unknown) => {
          functions.failures.push(String(error));
          response.writeHead(500).end();
        },
      );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return functions;
  }

  get url(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private async answer(request: IncomingMessage): Promise<string> {
    const body = await text(request);
    this.requests += 1;
    await sleep(this.latencyMs);
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    switch (pathname) {
      case "/agent-outbound-join":
        return conference(
          searchParams.get("taskSid")!,
          ` statusCallback="${this.url}/call-outbound-join" statusCallbackEvent="join end"`,
        );
      case "/agent-join-conference":
        return conference(searchParams.get("conferenceName")!, "");
      case "/call-outbound-join":
        await this.conferenceChanged(new URLSearchParams(body));
        return "<Response/>";
      default:
        throw new Error(`no function at ${pathname}`);
    }
  }

  private async conferenceChanged(form: URLSearchParams): Promise<void> {
    const caller = form.get("FriendlyName")!;
    switch (form.get("StatusCallbackEvent")) {
      case "participant-join":
        return this.joined(caller, form.get("CallSid")!, form.get("ConferenceSid")!);
      case "conference-end":
        return this.ended(caller);
    }
  }

  private async joined(caller: string, call: string, conferenceSid: string): Promise<void> {
    const { to } = (await this.rest("GET", "api.twilio.com", `2010-04-01/Accounts/${account}/Calls/${call}.json`)).json;
    if (!/sip:|client|queue/.test(String(to))) return;
    const task = await this.task(caller);
    if (task.attributes.worker_call_sid !== call) return;
    const target = {
      to: task.attributes.to,
      name: task.attributes.fromName,
      from: task.attributes.from,
      targetWorker: task.attributes.to,
      autoAnswer: "false",
      conferenceSid: caller,
      conference: { sid: conferenceSid, friendlyName: caller },
      internal: "true",
      client_call: true,
    };
    const made = await this.rest("POST", "taskrouter.twilio.com", `v1/Workspaces/${workspace}/Tasks`, {
      WorkflowSid: workflow,
      TaskChannel: "voice",
      Priority: "0",
      Timeout: "86400",
      Attributes: JSON.stringify(target),
    });
    const fresh = await this.task(caller);
    await this.update(
      caller,
      {
        Attributes: JSON.stringify({
          ...fresh.attributes,
          conference: { sid: conferenceSid, participants: { worker: call, taskSid: made.json.sid } },
        }),
      },
      fresh.etag,
    );
  }

  private async ended(caller: string): Promise<void> {
    const { attributes } = await this.task(caller);
    for (const task of [caller, attributes.conference?.participants?.taskSid]) {
      if (!task) continue;
      const { status } = await this.task(task);
      if (!["assigned", "pending", "reserved"].includes(status)) continue;
      await this.update(task, {
        AssignmentStatus: status === "assigned" ? "wrapping" : "canceled",
        Reason: "conference is complete",
      });
    }
  }

  private async task(task: string): Promise<{ attributes: Attributes; status: string; etag: string | null }> {
    const { json, etag } = await this.rest("GET", "taskrouter.twilio.com", `v1/Workspaces/${workspace}/Tasks/${task}`);
    return { attributes: JSON.parse(String(json.attributes)), status: String(json.assignment_status), etag };
  }

  private update(task: string, form: Record<string, string>, etag?: string | null): Promise<unknown> {
    return this.rest("POST", "taskrouter.twilio.com", `v1/Workspaces/${workspace}/Tasks/${task}`, form, etag);
  }

  private async rest(
    method: "GET" | "POST",
    host: string,
    path: string,
    form?: Record<string, string>,
    etag?: string | null,
  ): Promise<{ json: Record<string, unknown>; etag: string | null }> {
    const answer = await fetch(`http://localhost:${this.sandboxPort}/t/${host}/${path}`, {
      method,
      headers: { authorization, ...(etag ? { "if-match": etag } : {}) },
      body: form ? new URLSearchParams(form) : undefined,
    });
    const body = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${body}`);
    return { json: JSON.parse(body), etag: answer.headers.get("etag") };
  }
}

function conference(name: string, more: string): string {
  return `<Response><Dial><Conference${more} endConferenceOnExit="true">${name}</Conference></Dial></Response>`;
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
