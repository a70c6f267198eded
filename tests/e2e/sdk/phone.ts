// A page with the real Voice SDK in it and nothing else: one or more Devices of one agent.
import type { Page } from "@playwright/test";
import { join } from "node:path";
import type { Sandbox } from "../helpers/sandbox";

/** The version that Backline was measured with, and the one inside Flex UI 2.17. */
export const sdks = ["@twilio/voice-sdk", "voice-sdk-of-flex"] as const;
export type Sdk = (typeof sdks)[number];

/** What happened to a Device or a call, as the SDK's events say it. */
export interface Happening {
  device: string;
  event: string;
  call?: string;
  code?: number;
}

type SdkCall = {
  parameters: { CallSid: string };
  connectToken?: string;
  customParameters: Map<string, string>;
  accept(): void;
  reject(): void;
  disconnect(): void;
  mute(on: boolean): void;
  status(): string;
  on(event: string, listener: (argument?: { code?: number }) => void): void;
};

type SdkDevice = {
  register(): Promise<void>;
  connect(options: object): Promise<SdkCall>;
  on(event: string, listener: (argument: never) => void): void;
};

declare global {
  interface Window {
    Twilio: { Device: new (token: string, options: object) => SdkDevice };
    happenings: Happening[];
    devices: Record<string, { device: SdkDevice; call?: SdkCall }>;
    watch(name: string, call: SdkCall): void;
  }
}

export class Phone {
  private constructor(
    readonly identity: string,
    readonly page: Page,
  ) {}

  static async open(page: Page, sandbox: Sandbox, identity: string, sdk: Sdk): Promise<Phone> {
    const origin = sandbox.origin(identity);
    // What the SDK sends to Twilio goes to the sandbox; sockets are not covered by `route`.
    await page.route(/^https:\/\/[^/]*\.(twilio|twiliocdn)\.com\//, async (route) => {
      const url = route.request().url().replace(/^https:\//, `http://127.0.0.1:${sandbox.port}/t`);
      const response = await route.fetch({ url });
      await route.fulfill({ response, headers: { ...response.headers(), "access-control-allow-origin": "*" } });
    });
    await page.addInitScript(() => {
      const Native = WebSocket;
      window.WebSocket = class extends Native {
        constructor(url: string | URL, protocols?: string | string[]) {
          super(String(url).replace(/^wss:\//, `ws://${location.host}/t`), protocols);
        }
      };
      window.happenings = [];
      window.devices = {};
      window.watch = (name, call) => {
        const events = ["accept", "cancel", "disconnect", "reject", "reconnecting", "reconnected", "error"];
        for (const event of events) {
          call.on(event, (error) =>
            window.happenings.push({ device: name, event, call: call.parameters.CallSid, code: error?.code }),
          );
        }
      };
    });
    // Any page of the origin that loads nothing. It must come from the sandbox itself: Chromium does not let one that
    // the test made up talk to the local network.
    await page.goto(`${origin}/control/levels`);
    await page.addScriptTag({ path: join(import.meta.dirname, "../node_modules", sdk, "dist/twilio.min.js") });
    return new Phone(identity, page);
  }

  /** Makes a Device and registers it; returns when it is registered or has failed. */
  async device(name = "device", options: object = {}, token = `sandbox-token-${this.identity}`): Promise<void> {
    await this.page.evaluate(
      async ({ name, options, token }) => {
        const device = new window.Twilio.Device(token, { logLevel: "error", ...options });
        window.devices[name] = { device };
        const tell = (event: string) => (error?: { code?: number }) =>
          window.happenings.push({ device: name, event, code: error?.code });
        for (const event of ["registered", "unregistered"]) device.on(event, tell(event));
        // Without this listener a dropped socket throws inside the SDK and it never reconnects.
        device.on("error", tell("device-error"));
        device.on("incoming", (call: SdkCall) => {
          window.devices[name]!.call = call;
          window.happenings.push({ device: name, event: "incoming", call: call.parameters.CallSid });
          window.watch(name, call);
        });
        // With a token that is refused `register` never settles; the error says so.
        const refused = new Promise<void>((resolve) => device.on("error", () => resolve()));
        await Promise.race([device.register(), refused]);
      },
      { name, options, token },
    );
  }

  /** Everything that happened so far, as `device event`. */
  happenings(): Promise<Happening[]> {
    return this.page.evaluate(() => window.happenings);
  }

  async count(event: string, device = "device"): Promise<number> {
    return (await this.happenings()).filter((one) => one.event === event && one.device === device).length;
  }

  async order(order: "accept" | "reject" | "disconnect", device = "device"): Promise<void> {
    await this.page.evaluate(({ device, order }) => window.devices[device]!.call![order](), { device, order });
  }

  async mute(on: boolean, device = "device"): Promise<void> {
    await this.page.evaluate(({ device, on }) => window.devices[device]!.call!.mute(on), { device, on });
  }

  /** Dials, or takes over the call that another Device of the page has. */
  async connect(device: string, options: { params?: Record<string, string>; from?: string }): Promise<void> {
    await this.page.evaluate(
      async ({ device, options }) => {
        const { from, params } = options;
        const connectToken = from && window.devices[from]!.call!.connectToken;
        const call = await window.devices[device]!.device.connect(connectToken ? { connectToken } : { params });
        window.devices[device]!.call = call;
        window.watch(device, call);
      },
      { device, options },
    );
  }

  /** What the SDK does by itself when ICE fails; the ICE user fragments before and after. */
  restartIce(device = "device"): Promise<{ before?: string; after?: string }> {
    return this.page.evaluate(async (device) => {
      type Handler = { iceRestart(): void; version: { pc: RTCPeerConnection } };
      const call = window.devices[device]!.call as unknown as { _mediaHandler: Handler };
      const { pc } = call._mediaHandler.version;
      const fragment = (sdp?: string) => /a=ice-ufrag:(\S+)/.exec(sdp ?? "")?.[1];
      const before = fragment(pc.localDescription?.sdp);
      const stable = new Promise<void>((resolve) => {
        pc.addEventListener("signalingstatechange", () => pc.signalingState === "stable" && resolve());
      });
      call._mediaHandler.iceRestart();
      await stable;
      return { before, after: fragment(pc.localDescription?.sdp) };
    }, device);
  }

  status(device = "device"): Promise<string | undefined> {
    return this.page.evaluate((device) => window.devices[device]!.call?.status(), device);
  }

  /** Sends frames over a socket of its own, as a broken client would; what came back. */
  frames(frames: string[]): Promise<string[]> {
    return this.page.evaluate(async (frames) => {
      const socket = new WebSocket("wss://voice-js.roaming.twilio.com/signal");
      const received: string[] = [];
      socket.onmessage = (message) => received.push(String(message.data));
      await new Promise((resolve) => (socket.onopen = resolve));
      for (const frame of frames) socket.send(frame);
      socket.send(new Uint8Array([0, 255, 1]));
      socket.send(JSON.stringify({ type: "listen", payload: { token: "sandbox-token-carol" }, version: "1.6" }));
      while (!received.some((text) => text.includes("connected"))) await new Promise((wait) => setTimeout(wait, 20));
      socket.close();
      return received;
    }, frames);
  }
}
