import { expect, test as base } from "@playwright/test";
import { Sandbox } from "../helpers/sandbox";
import { Phone, sdks, type Sdk } from "./phone";
import { Twilio } from "./twilio";

const test = base.extend<{ phone: (identity: string, sdk: Sdk) => Promise<Phone> }, { sandbox: Sandbox }>({
  sandbox: [
    async ({}, use) => {
      const sandbox = await Sandbox.start(process.env.PORT ? Number(process.env.PORT) : undefined);
      await use(sandbox);
      await sandbox.stop();
    },
    { scope: "worker" },
  ],
  phone: async ({ browser, sandbox }, use) => {
    const context = await browser.newContext({ permissions: ["microphone"] });
    await use(async (identity, sdk) => Phone.open(await context.newPage(), sandbox, identity, sdk));
    for (const page of context.pages()) await page.unrouteAll({ behavior: "ignoreErrors" });
    await context.close();
  },
});

for (const sdk of sdks) {
  test.describe(sdk, () => {
    const room = `room-${sdk.length}`;

    async function rung(twilio: Twilio, phone: Phone, conference = room): Promise<string> {
      const before = await phone.count("incoming");
      const call = await twilio.ring(phone.identity, conference);
      await expect.poll(() => phone.count("incoming")).toBe(before + 1);
      return call;
    }

    async function taken(twilio: Twilio, phone: Phone, conference = room): Promise<string> {
      const call = await rung(twilio, phone, conference);
      await phone.order("accept");
      await expect.poll(() => phone.status()).toBe("open");
      // The SDK says so as soon as it has sent its answer: Twilio would take back what it has not read yet.
      await expect.poll(() => twilio.status(call)).toBe("in-progress");
      return call;
    }

    test("two agents in a conference hear each other", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const [alice, bob] = [await phone("alice", sdk), await phone("bob", sdk)];
      await alice.device();
      await bob.device();
      const [one, two] = [await taken(twilio, alice), await taken(twilio, bob)];
      await expect.poll(() => twilio.audible(one)).toEqual([two]);
      await expect.poll(() => twilio.audible(two)).toEqual([one]);
    });

    test("who is on hold hears music and is heard by nobody", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const [alice, bob] = [await phone("alice", sdk), await phone("bob", sdk)];
      await alice.device();
      await bob.device();
      const [one, two] = [await taken(twilio, alice), await taken(twilio, bob)];
      await expect.poll(() => twilio.audible(one)).toEqual([two]);
      await twilio.hold(room, two, true);
      await expect.poll(() => twilio.audible(two)).toEqual(["music"]);
      await expect.poll(async () => (await twilio.leg(one))?.level_out).toBe(0);
      const heard = (await twilio.leg(one))?.heard_ms[two];
      await expect.poll(async () => (await twilio.leg(two))?.heard_ms.music ?? 0).toBeGreaterThan(1500);
      expect((await twilio.leg(one))?.heard_ms[two]).toBe(heard);
      await twilio.hold(room, two, false);
      await expect.poll(() => twilio.audible(one)).toEqual([two]);
      await expect.poll(() => twilio.audible(two)).toEqual([one]);
    });

    test("a customer without a Device is heard, and hears", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const alice = await phone("alice", sdk);
      await alice.device();
      const agent = await taken(twilio, alice);
      const customer = await twilio.ring("+15550123", room);
      await expect.poll(() => twilio.audible(agent)).toEqual([customer]);
      await expect.poll(() => twilio.audible(customer)).toEqual([agent]);
      await twilio.end(customer);
      await expect.poll(() => twilio.audible(agent)).not.toContain(customer);
    });

    test("an ICE restart keeps the call, and its new transport resumes it", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const alice = await phone("alice", sdk);
      await alice.device();
      const call = await taken(twilio, alice);
      await expect.poll(async () => (await twilio.leg(call))?.rtp).toBe("sound");
      const fragments = await alice.restartIce();
      expect(fragments.after).not.toBe(fragments.before);
      await sandbox.setFaults([{ target: "socket:voice", effect: "drop" }]);
      await expect.poll(() => alice.count("reconnected")).toBe(1);
      await expect.poll(async () => (await twilio.leg(call))?.rtp).toBe("sound");
      expect(await alice.status()).toBe("open");
    });

    test("a muted microphone is silent while RTP flows", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const alice = await phone("alice", sdk);
      await alice.device();
      const call = await taken(twilio, alice);
      await expect.poll(async () => (await twilio.leg(call))?.rtp).toBe("sound");
      await alice.mute(true);
      await expect.poll(async () => (await twilio.leg(call))?.rtp).toBe("silent");
      await alice.mute(false);
      await expect.poll(async () => (await twilio.leg(call))?.rtp).toBe("sound");
    });

    test("a call outlives its signalling socket", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const alice = await phone("alice", sdk);
      await alice.device();
      const call = await taken(twilio, alice);
      await expect.poll(async () => (await twilio.leg(call))?.rtp).toBe("sound");
      await sandbox.setFaults([{ target: "socket:voice", effect: "drop" }]);
      await expect.poll(() => alice.count("reconnecting")).toBe(1);
      await expect.poll(() => alice.count("reconnected")).toBe(1);
      expect(await alice.status()).toBe("open");
      expect((await twilio.leg(call))?.rtp).toBe("sound");
      expect(await alice.count("disconnect")).toBe(0);
      // The new socket carries the call: its hang-up arrives.
      await alice.order("disconnect");
      await expect.poll(() => twilio.status(call)).toMatch(/completed/i);
    });

    test("the Devices that did not win stop ringing", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const [desk, laptop] = [await phone("alice", sdk), await phone("alice", sdk)];
      await desk.device();
      await laptop.device();
      const call = await rung(twilio, desk);
      await expect.poll(() => laptop.count("incoming")).toBe(1);
      await desk.order("accept");
      await expect.poll(() => desk.status()).toBe("open");
      await expect.poll(() => laptop.count("cancel")).toBe(1);
      expect(await desk.count("cancel")).toBe(0);
      await expect.poll(() => twilio.status(call)).toMatch(/in.?progress/i);
    });

    test("a Device that is busy hands a second call to another", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const alice = await phone("alice", sdk);
      await alice.device("device", { allowIncomingWhileBusy: true });
      const first = await taken(twilio, alice);
      const second = await twilio.ring("alice", "other-room");
      await expect.poll(() => alice.count("incoming")).toBe(2);
      // A Device that dials needs no registration; this one would ring for itself otherwise.
      await alice.page.evaluate(() => {
        const Device = window.devices.device!.device.constructor as typeof window.Twilio.Device;
        const device = new Device("sandbox-token-alice", { logLevel: "error" });
        device.on("error", () => undefined);
        window.devices.second = { device };
      });
      await alice.connect("second", { from: "device" });
      await expect.poll(() => alice.status("second")).toBe("open");
      await expect.poll(() => alice.count("cancel")).toBe(1);
      await expect.poll(async () => (await twilio.leg(second))?.rtp).toBe("sound");
      await expect.poll(async () => (await twilio.leg(first))?.rtp).toBe("sound");
      await alice.order("disconnect", "second");
      await expect.poll(() => twilio.status(second)).toMatch(/completed/i);
      expect(await twilio.status(first)).toMatch(/in.?progress/i);
    });

    test("a rejected call is refused on every Device", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const [desk, laptop] = [await phone("alice", sdk), await phone("alice", sdk)];
      await desk.device();
      await laptop.device();
      const call = await rung(twilio, desk);
      await expect.poll(() => laptop.count("incoming")).toBe(1);
      await desk.order("reject");
      await expect.poll(() => laptop.count("cancel")).toBe(1);
      await expect.poll(() => twilio.status(call)).toMatch(/busy/i);
    });

    test("a call that is taken back stops ringing", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const alice = await phone("alice", sdk);
      await alice.device();
      const call = await rung(twilio, alice);
      await twilio.end(call);
      await expect.poll(() => alice.count("cancel")).toBe(1);
    });

    test("either side hangs up", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const alice = await phone("alice", sdk);
      await alice.device();
      const first = await taken(twilio, alice);
      await twilio.end(first);
      await expect.poll(() => alice.count("disconnect")).toBe(1);
      const second = await taken(twilio, alice);
      await alice.order("disconnect");
      await expect.poll(() => twilio.status(second)).toMatch(/completed/i);
      await expect.poll(() => twilio.leg(second)).toBeUndefined();
    });

    test("an agent's browser calls a colleague", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const [alice, bob] = [await phone("alice", sdk), await phone("bob", sdk)];
      await alice.device();
      await bob.device();
      await alice.connect("device", { params: { To: "client:bob", topic: "lunch & more" } });
      await expect.poll(() => bob.count("incoming")).toBe(1);
      await bob.order("accept");
      await expect.poll(() => bob.status()).toBe("open");
      const calls = (await sandbox.legs()).map((leg) => leg.call);
      expect(calls).toHaveLength(2);
      const [one, two] = calls as [string, string];
      await expect.poll(() => twilio.audible(one)).toEqual([two]);
      await expect.poll(() => twilio.audible(two)).toEqual([one]);
      await bob.order("disconnect");
      await expect.poll(() => alice.count("disconnect")).toBe(1);
    });

    // The sandbox says 31204; the SDK hands it on as AccessTokenInvalid, 20101.
    test("a token of nobody is refused as invalid", async ({ phone }) => {
      const alice = await phone("alice", sdk);
      await alice.device("device", {}, "not-a-token");
      await expect
        .poll(async () => (await alice.happenings()).filter((one) => one.event === "device-error").map((one) => one.code))
        .toContain(20101);
      expect(await alice.count("registered")).toBe(0);
    });

    test("malformed frames harm nobody", async ({ phone, sandbox }) => {
      const twilio = new Twilio(sandbox);
      const alice = await phone("alice", sdk);
      await alice.device();
      await alice.frames([
        "",
        "{",
        "[]",
        '{"type":"invite"}',
        '{"type":"invite","payload":{"callsid":"TJSx","sdp":"nonsense"},"version":"1.6"}',
        '{"type":"answer","payload":{"callsid":"CA0","sdp":"v=0"},"version":"1.6"}',
        '{"type":"hangup","payload":{"callsid":7},"version":"1.6"}',
        `{"type":"listen","payload":{"token":"${"x".repeat(100_000)}"}}`,
      ]);
      await taken(twilio, alice);
    });
  });
}
