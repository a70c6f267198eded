// Twilio's REST API as the sandbox serves it: what an account's server would do with calls.
import { expect } from "@playwright/test";
import type { Leg, Sandbox } from "../helpers/sandbox";

const account = `AC${"ac".padStart(32, "0")}`;
const authorization = `Basic ${Buffer.from(`${account}:sandbox-auth-token`).toString("base64")}`;

export class Twilio {
  constructor(private readonly sandbox: Sandbox) {}

  /** Rings an identity, or a customer's number; once answered, the leg joins the conference. Its call SID. */
  async ring(whom: string, conference: string): Promise<string> {
    const call = await this.post("Calls.json", {
      To: whom.startsWith("+") ? whom : `client:${whom}`,
      From: "+15550100",
      Twiml: `<Response><Dial><Conference>${conference}</Conference></Dial></Response>`,
    });
    return String(call.sid);
  }

  /** Ends a call, ringing or live. */
  async end(call: string): Promise<void> {
    await this.post(`Calls/${call}.json`, { Status: "completed" });
  }

  async hold(conference: string, call: string, on: boolean): Promise<void> {
    const sid = await this.conference(conference);
    await this.post(`Conferences/${sid}/Participants/${call}.json`, { Hold: String(on) });
  }

  async status(call: string): Promise<string> {
    return String((await this.request(`Calls/${call}.json`)).status);
  }

  /** The meters of one leg. */
  async leg(call: string): Promise<Leg | undefined> {
    return (await this.sandbox.legs()).find((leg) => leg.call === call);
  }

  /** Who or what is audible on a leg at present. */
  async audible(call: string): Promise<string[]> {
    const leg = await this.leg(call);
    return (leg?.hears ?? []).filter((one) => one.level >= 20).map((one) => one.source);
  }

  private async conference(name: string): Promise<string> {
    const { conferences } = await this.request("Conferences.json");
    const found = (conferences as { sid: string; friendly_name: string }[]).find((one) => one.friendly_name === name);
    return found!.sid;
  }

  private post(path: string, form: Record<string, string>): Promise<Record<string, unknown>> {
    return this.request(path, { method: "POST", body: new URLSearchParams(form) });
  }

  private async request(path: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
    const url = `http://localhost:${this.sandbox.port}/t/api.twilio.com/2010-04-01/Accounts/${account}/${path}`;
    const answer = await fetch(url, { ...init, headers: { authorization } });
    expect(answer.ok, `${path}: ${answer.status}`).toBe(true);
    return (await answer.json()) as Record<string, unknown>;
  }
}
