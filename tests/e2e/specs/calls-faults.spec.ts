// Several calls, and what happens to browsers, networks and headsets meanwhile.
import type { Agent } from "../helpers/agent";
import { answer, begin, danaTalksErinWaits, expectNeverOnTwo, hangUpAll, holdAndAnswer } from "../helpers/several";
import { expect, test } from "../helpers/test";

test.afterEach(async ({ sandbox }) => {
  await sandbox.setCapacity("alice", 1);
});

/** Flex's device and those of the other calls are in the page: what an agent does to them goes through Flex. */
interface FlexWindow {
  Twilio: { Flex: { Manager: { getInstance(): FlexManager } } };
}

interface FlexManager {
  events: { emit(event: "tokenUpdated", payload: object): void };
  user: { token: string };
  voiceClient: {
    token: string;
    updateToken(token: string): void;
    audio: { setInputDevice(id: string): Promise<void>; availableInputDevices: Map<string, { label: string }> };
  };
}

test("two customers who come at the same moment are answered one after the other", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const ears = await begin(sandbox, alice, 2);
  await Promise.all([ears.customerCalls("Dana"), ears.customerCalls("Erin")]);
  for (const name of ["Dana", "Erin"]) await expect(alice.tasks.filter({ hasText: name })).toHaveCount(1);
  // Both at once: the second waits for its turn by itself.
  await alice.page.evaluate(() => {
    const buttons = document.querySelectorAll<HTMLButtonElement>(".Twilio-TaskButton-Accept");
    buttons.forEach((button) => button.click());
  });
  await expect(alice.calls.getByText("Live")).toHaveCount(1);
  await expect(alice.calls.getByText(/On hold/)).toHaveCount(1);
  const hear = async () => (await Promise.all(["Dana", "Erin"].map((name) => ears.hears(name)))).flat().sort();
  await expect.poll(hear).toEqual(["alice", "music"]);
  await hangUpAll(alice, ["Dana", "Erin"]);
  await expectNeverOnTwo(sandbox, alice);
});

test("signalling that drops takes nobody's call, and the calls can be swapped when it is back", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const { ears } = await danaTalksErinWaits(sandbox, alice);
  await holdAndAnswer(alice);
  await expect(alice.callRow("Dana")).toContainText("On hold");
  await sandbox.setFaults([{ target: "socket:voice", effect: "drop" }]);
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await alice.swapTo("Dana");
  await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("Erin")).toEqual(["music"]);
  await hangUpAll(alice, ["Erin", "Dana"]);
  await expectNeverOnTwo(sandbox, alice);
});

test("a token renewed in two calls is noticed by neither", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const { ears } = await danaTalksErinWaits(sandbox, alice);
  await holdAndAnswer(alice);
  await expect(alice.callRow("Dana")).toContainText("On hold");
  await alice.page.evaluate(() => {
    const manager = (window as unknown as FlexWindow).Twilio.Flex.Manager.getInstance();
    // As when Flex has renewed it: its own device gets it, and whoever listens is told.
    manager.voiceClient.updateToken(manager.voiceClient.token);
    manager.events.emit("tokenUpdated", { token: manager.user.token });
  });
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await alice.swapTo("Dana");
  await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("Erin")).toEqual(["music"]);
  await hangUpAll(alice, ["Erin", "Dana"]);
  await expectNeverOnTwo(sandbox, alice);
});

test("a microphone changed in two calls is heard by the live one alone", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const { ears } = await danaTalksErinWaits(sandbox, alice);
  await holdAndAnswer(alice);
  await expect(alice.callRow("Dana")).toContainText("On hold");
  expect(await changeMicrophone(alice)).not.toBe("");
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("Dana")).toEqual(["music"]);
  await alice.swapTo("Dana");
  await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("Erin")).toEqual(["music"]);
  await hangUpAll(alice, ["Erin", "Dana"]);
  await expectNeverOnTwo(sandbox, alice);
});

test("an offer beyond the configured limit is declined, and Alice reads it", async ({ sandbox, agents }) => {
  await agents.close();
  await sandbox.configure("multi_call", { enabled: true, max_calls: 1 });
  const alice = await agents.listening("alice");
  await sandbox.configure("multi_call", { enabled: true });
  const ears = await begin(sandbox, alice, 2);
  await answer(alice, ears, "Dana");
  const erin = await ears.customerCalls("Erin");
  await expect(alice.told("A call from Erin was declined: you have as many calls as you may.").first()).toBeVisible();
  await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
  await sandbox.customerHangsUp(erin);
  await alice.closeNotices();
  await alice.hangUpButton.click();
  await alice.complete("Dana");
  await agents.close();
});

/** To the one that is not in use; its name. */
function changeMicrophone(alice: Agent): Promise<string> {
  return alice.page.evaluate(async () => {
    const { audio } = (window as unknown as FlexWindow).Twilio.Flex.Manager.getInstance().voiceClient;
    const [id, device] = [...audio.availableInputDevices].filter(([id]) => id !== "default").pop() ?? ["", { label: "" }];
    await audio.setInputDevice(id);
    return device.label;
  });
}
