// Several calls at once: nobody hears the agent, and he nobody, on two.
import { talk } from "../helpers/agent";
import { answer, begin, danaTalksErinWaits, expectNeverOnTwo, hangUpAll, holdAndAnswer } from "../helpers/several";
import { expect, test } from "../helpers/test";
import { Ears } from "../helpers/who-hears";

const customers = ["Dana", "Erin", "Farid", "Gita", "Hugo", "Ines", "Jun", "Kai"];

test.afterEach(async ({ sandbox }) => {
  await sandbox.setCapacity("alice", 1);
});

test("Alice accepts a second customer, swaps back, and ends both", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const ears = await begin(sandbox, alice, 2);
  await answer(alice, ears, "Dana");
  await expect(alice.calls).toBeHidden();
  await ears.customerCalls("Erin");
  await expect(alice.offer("Erin")).toBeVisible();
  await alice.offer("Erin").getByRole("button", { name: "Hold & answer" }).click();
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("Dana")).toEqual(["music"]);
  await expect(alice.callRow("Dana")).toContainText("On hold");
  await expect(alice.callRow("Erin")).toContainText("Live");
  await alice.page.screenshot({ path: "../../target/e2e-calls.png" });

  await alice.swapTo("Dana");
  await expect(alice.callRow("Dana")).toContainText("Live");
  await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("Erin")).toEqual(["music"]);
  await expect(alice.callRow("Erin")).toContainText("On hold");

  await hangUpAll(alice, ["Erin", "Dana"]);
  await expectNeverOnTwo(sandbox, alice);
  await expect(alice.dialpadButton).toBeEnabled();
});

for (const count of [4, 8]) {
  test(`${count} customers at once`, async ({ sandbox, agents }) => {
    const alice = await agents.listening("alice");
    const ears = await begin(sandbox, alice, count);
    const names = customers.slice(0, count);
    for (const [number, name] of names.entries()) {
      await answer(alice, ears, name);
      for (const former of names.slice(0, number)) await expect.poll(() => ears.hears(former)).toEqual(["music"]);
    }
    await alice.swapTo("Dana");
    await expect(alice.callRow("Dana")).toContainText("Live");
    await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
    await hangUpAll(alice, [...names.slice(1), "Dana"]);
    await expectNeverOnTwo(sandbox, alice);
  });
}

test("a hold that takes 3 s opens nothing: Dana is heard by nobody meanwhile", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const { ears } = await danaTalksErinWaits(sandbox, alice);
  await sandbox.setFaults([{ target: "rpc:customerParticipant", latency_ms: 3_000 }]);
  await holdAndAnswer(alice);
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await expect(alice.callRow("Dana")).toContainText("Putting on hold");
  await expect.poll(() => ears.hears("Dana")).toEqual(["music"]);
  await hangUpAll(alice, ["Dana", "Erin"]);
  await expectNeverOnTwo(sandbox, alice);
});

test("a hold that fails opens nothing, is told by name, and is tried again", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const { ears } = await danaTalksErinWaits(sandbox, alice);
  await sandbox.setFaults([{ target: "rpc:customerParticipant", effect: { fail: 500 }, times: 2 }]);
  await holdAndAnswer(alice);
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await expect(alice.told(/Dana could not be put on hold/)).toBeVisible();
  await expect(alice.callRow("Dana")).toContainText("Not on hold yet");
  await expect.poll(() => ears.hears("Dana"), "by the third order").toEqual(["music"]);
  await hangUpAll(alice, ["Dana", "Erin"]);
  await expectNeverOnTwo(sandbox, alice);
});

test("a swap whose unhold fails changes nothing, and is told", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const { ears } = await danaTalksErinWaits(sandbox, alice);
  await holdAndAnswer(alice);
  await expect(alice.callRow("Dana")).toContainText("On hold");
  await sandbox.setFaults([{ target: "rpc:customerParticipant", effect: { fail: 500 }, times: 1 }]);
  await alice.swapTo("Dana");
  await expect(alice.told(/Dana could not be taken back/)).toBeVisible();
  await expect(alice.callRow("Erin")).toContainText("Live");
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("Dana")).toEqual(["music"]);
  await hangUpAll(alice, ["Dana", "Erin"]);
  await expectNeverOnTwo(sandbox, alice);
});

test("an accept that fails leaves Dana where she was, not on hold, and Erin on offer", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const { ears } = await danaTalksErinWaits(sandbox, alice);
  await sandbox.setFaults([{ target: "rpc:reservation", effect: { fail: 400 }, times: 1 }]);
  await holdAndAnswer(alice);
  await expect.poll(() => ears.hears("Dana"), "the microphone is back").toEqual(["alice"]);
  expect(await alice.page.locator("[title='Unhold Customer']").count()).toBe(0);
  await holdAndAnswer(alice);
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await hangUpAll(alice, ["Dana", "Erin"]);
  await expectNeverOnTwo(sandbox, alice);
});

test("a caller who hangs up while Alice answers leaves her with Dana", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const { ears, erin } = await danaTalksErinWaits(sandbox, alice);
  await sandbox.setFaults([{ target: "rpc:reservation", latency_ms: 1_000, times: 1 }]);
  await holdAndAnswer(alice);
  await sandbox.customerHangsUp(erin);
  await expect.poll(() => ears.hears("Dana"), "the microphone is back").toEqual(["alice"]);
  await expect(alice.calls).toBeHidden();
  await alice.hangUpButton.click();
  await alice.complete("Dana");
  await expectNeverOnTwo(sandbox, alice);
});

test("own mute survives hold, swap and resume", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const { ears } = await danaTalksErinWaits(sandbox, alice);
  await alice.page.getByRole("button", { name: /^Mute/ }).click();
  await expect.poll(() => ears.hears("Dana")).toEqual([]);
  await holdAndAnswer(alice);
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await expect(alice.callRow("Dana")).toContainText("You are muted");
  await alice.swapTo("Dana");
  await expect(alice.callRow("Dana")).toContainText("Live");
  await expect.poll(() => ears.hears("Erin")).toEqual(["music"]);
  await expect.poll(() => ears.hears("Dana"), "she is muted there still").toEqual([]);
  await alice.swapTo("Erin");
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await hangUpAll(alice, ["Dana", "Erin"]);
  await expectNeverOnTwo(sandbox, alice);
});

test("swaps in quick succession end where the last one said", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const { ears } = await danaTalksErinWaits(sandbox, alice);
  await holdAndAnswer(alice);
  for (const name of ["Dana", "Erin", "Dana", "Erin", "Dana"]) {
    await alice.swapTo(name);
    await expect(alice.callRow(name)).toContainText("Live");
  }
  await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("Erin")).toEqual(["music"]);
  await hangUpAll(alice, ["Erin", "Dana"]);
  await expectNeverOnTwo(sandbox, alice);
});

test("a colleague among the customers goes on hold like them", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const bob = await agents.at("bob");
  await sandbox.setCapacity("alice", 2);
  await talk(sandbox, bob, alice);
  await sandbox.setActivity("carol", "Offline");
  await sandbox.setActivity("bob", "Unavailable");
  const ears = new Ears(sandbox);
  await ears.customerCalls("Erin");
  await holdAndAnswer(alice);
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("bob")).toEqual(["music"]);
  await expect(bob.status).toContainText(`${alice.name} put you on hold.`);
  await expect(alice.callRow(bob.name)).toContainText("On hold");
  await alice.swapTo(bob.name);
  await expect.poll(() => ears.hears("bob")).toEqual(["alice"]);
  await expect.poll(() => ears.hears("Erin")).toEqual(["music"]);
  await alice.calls.getByRole("button", { name: "Hang up Erin" }).click();
  await alice.complete("Erin");
  await expect.poll(() => ears.hears("bob")).toEqual(["alice"]);
  await alice.hangUp();
  await expectNeverOnTwo(sandbox, alice);
});

test("Decline leaves all as it is; End & answer hangs Dana up and brings Erin", async ({ sandbox, agents }) => {
  const alice = await agents.listening("alice");
  const { ears } = await danaTalksErinWaits(sandbox, alice);
  await alice.offer("Erin").getByRole("button", { name: "Decline" }).click();
  await expect.poll(() => ears.hears("Dana")).toEqual(["alice"]);
  // TaskRouter offers Erin to the next; nobody else is there.
  await expect(alice.offer("Erin")).toBeVisible();
  await alice.offer("Erin").getByRole("button", { name: "End & answer" }).click();
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await expect(alice.calls).toBeHidden();
  await alice.hangUpButton.click();
  await alice.complete("Dana");
  await alice.complete("Erin");
  await expectNeverOnTwo(sandbox, alice);
});
