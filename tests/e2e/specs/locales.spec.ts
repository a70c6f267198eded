// All six locales, in the narrow column in which an agent reads them.
import { AxeBuilder } from "@axe-core/playwright";
import type { Locator } from "@playwright/test";
import type { Agent } from "../helpers/agent";
import { begin } from "../helpers/several";
import { expect, test } from "../helpers/test";

const LOCALES = ["en-US", "es-ES", "es-MX", "pt-BR", "th", "zh-Hans"];

const FEATURE = { enabled: true, enable_call_agent: true, enable_call_queue: true };

test.afterEach(async ({ sandbox, agents }) => {
  await sandbox.configure("internal_call", FEATURE);
  await sandbox.overlayConfiguration({});
  await sandbox.setCapacity("alice", 1);
  await sandbox.setCapacity("carol", 1);
  await agents.close();
});

test("the strip of calls, the card of who waits and the dial pad say all in every locale, and cut nothing off", async ({ sandbox, agents }) => {
  test.setTimeout(240_000);
  const alice = await agents.at("alice");
  const ears = await begin(sandbox, alice, 3);
  const said = new Set<string>();
  for (const locale of LOCALES) {
    await alice.page.goto(`${sandbox.origin("alice")}/?language=${locale}`);
    await expect(alice.dialpadButton).toBeEnabled({ timeout: 90_000 });
    const words = await strings(alice);
    said.add(words.BacklineHoldAndAnswer!);
    await alice.dialpadButton.click();
    await alice.page.getByRole("combobox", { name: words.PSInternalCallSelectAgent! }).click();
    await expectNothingCutOff(alice.page.getByRole("tablist", { name: words.BacklineTabs! }), locale);
    await alice.page.screenshot({ path: `../../target/locales/${locale}-dialpad.png` });
    await alice.page.keyboard.press("Escape");
    await alice.dialpadButton.click();

    const [dana, erin, farid] = [`Dana ${locale}`, `Erin ${locale}`, `Farid ${locale}`];
    const called = [await ears.customerCalls(dana)];
    await alice.expectRinging();
    await alice.accept();
    await expect.poll(() => ears.hears(dana)).toEqual(["alice"]);
    called.push(await ears.customerCalls(erin));
    const strip = alice.page.getByRole("region", { name: words.BacklineYourCalls! });
    await strip.getByRole("button", { name: words.BacklineHoldAndAnswer! }).click();
    await expect.poll(() => ears.hears(erin)).toEqual(["alice"]);
    await expect(strip.getByText(words.BacklineStateOnHold!).first()).toBeVisible();
    called.push(await ears.customerCalls(farid));
    await expect(strip.getByRole("button", { name: words.BacklineEndAndAnswer! })).toBeVisible();
    await expectNothingCutOff(strip, locale);
    await alice.page.screenshot({ path: `../../target/locales/${locale}-calls.png` });
    const axe = await new AxeBuilder({ page: alice.page }).include("[data-backline-calls]").analyze();
    expect(axe.violations, locale).toEqual([]);

    for (const call of called) await sandbox.customerHangsUp(call);
    for (const name of [dana, erin]) {
      const task = alice.tasks.filter({ hasText: name });
      await task.click();
      await alice.page.getByTestId("end-task-button").click();
      await expect(task).toHaveCount(0);
    }
  }
  // Spain and Mexico hold alike.
  expect(said.size).toBe(LOCALES.length - 1);
});

test("a call between agents says all in every locale: offered, ringing, talking, on hold, declined, missed, unavailable, not placed", async ({ sandbox, agents }) => {
  test.setTimeout(400_000);
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const carol = "Carol Clark";
  await sandbox.setActivity("carol", "Break");
  for (const locale of LOCALES) {
    await alice.page.goto(`${sandbox.origin("alice")}/?language=${locale}`);
    await expect(alice.dialpadButton).toBeEnabled({ timeout: 90_000 });
    const words = await strings(alice);
    const said = (key: string, name: string) => words[key]!.replaceAll("{{name}}", name);
    const picture = (what: string) => alice.page.screenshot({ path: `../../target/locales/${locale}-${what}.png` });

    await bob.call(alice.name);
    await alice.expectRinging();
    await alice.tasks.first().click();
    const reasons = alice.page.getByRole("group", { name: words.BacklineDeclineLabel! });
    await expect(reasons).toBeVisible();
    await expectNothingCutOff(reasons, locale);
    await picture("offered");
    await reasons.getByRole("button", { name: words.BacklineDeclineBusy! }).click();
    await expect(bob.told("is in the middle of something")).toBeVisible();
    await bob.expectNoTasks();
    await bob.closeNotices();

    const field = alice.page.getByRole("combobox", { name: words.PSInternalCallSelectAgent! });
    const panel = alice.page.getByRole("region", { name: words.BacklineRegion! });
    const call = async (name: string) => {
      if (!(await field.isVisible())) await alice.dialpadButton.click();
      await field.fill("");
      await field.fill(name);
      await alice.page.getByRole("option", { name }).first().click();
      await panel.getByRole("button", { name: words.BacklineCall!, exact: true }).click();
    };
    const callBob = async () => {
      await call(bob.name);
      await bob.expectRinging();
    };
    await callBob();
    await expect(alice.status).toContainText(bob.name);
    await picture("ringing");
    await bob.reject();
    await expect(alice.told(said("BacklineDeclined", bob.name))).toBeVisible();
    await picture("declined");
    await alice.expectNoTasks();
    await callBob();
    await bob.accept();
    await sandbox.expectAllHear("alice", "bob");
    await picture("talking");
    await alice.page.getByRole("button", { name: said("BacklineHold", bob.name) }).click();
    await expect(bob.status).toContainText("put you on hold");
    await expect(alice.page.getByRole("button", { name: said("BacklineResume", bob.name) })).toBeVisible();
    await picture("on-hold");
    await bob.hangUp();
    await bob.expectNoTasks();
    await alice.expectNoTasks();

    await bob.call(alice.name);
    await alice.expectRinging();
    await bob.hangUp();
    await expect(alice.told(said("BacklineMissed", bob.name))).toBeVisible();
    await picture("missed");
    await alice.expectNoTasks();
    await bob.expectNoTasks();

    await call(carol);
    await expect(alice.told(said("BacklineUnavailableNow", carol))).toBeVisible();
    await expect(panel).toContainText(said("BacklineUnavailableNow", carol));
    await expectNothingCutOff(panel, locale);
    await picture("unavailable");
    await alice.expectNoTasks();
    await sandbox.setFaults([{ target: "rpc:createTask", effect: { fail: 500 } }]);
    await call(bob.name);
    const notPlaced = words.BacklineCallNotPlaced!.split("{{detail}}")[0]!;
    await expect(panel).toContainText(notPlaced);
    await expectNothingCutOff(panel, locale);
    await picture("not-placed");
    await sandbox.clearFaults();
  }
});

test("a call that comes to nothing says why in every locale: busy, no answer, not connected, not set up", async ({ sandbox, agents }) => {
  test.setTimeout(400_000);
  await sandbox.configure("internal_call", { ...FEATURE, ring_seconds: 5 });
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const carol = "Carol Clark";
  await sandbox.setActivity("carol", "Available");
  await sandbox.setCapacity("carol", 0);
  for (const locale of LOCALES) {
    await alice.page.goto(`${sandbox.origin("alice")}/?language=${locale}`);
    await expect(alice.dialpadButton).toBeEnabled({ timeout: 90_000 });
    const words = await strings(alice);
    const said = (key: string, name: string) => words[key]!.replaceAll("{{name}}", name);
    const panel = alice.page.getByRole("region", { name: words.BacklineRegion! });
    const expectSaid = async (text: string, what: string) => {
      await expect(alice.told(text)).toBeVisible({ timeout: 45_000 });
      // Flex closes its dial pad when a call begins.
      await expect(alice.dialpadButton).toBeEnabled();
      if (!(await panel.isVisible())) await alice.dialpadButton.click();
      await expect(panel).toContainText(text);
      await expectNothingCutOff(panel, locale);
      await alice.page.screenshot({ path: `../../target/locales/${locale}-${what}.png` });
      const axe = await new AxeBuilder({ page: alice.page }).include(`section[aria-label="${words.BacklineRegion}"]`).analyze();
      expect(axe.violations, locale).toEqual([]);
      await alice.expectNoTasks();
    };
    await alice.dialpadButton.click();
    const call = async (name: string) => {
      const field = alice.page.getByRole("combobox", { name: words.PSInternalCallSelectAgent! });
      await field.fill("");
      await field.fill(name);
      await alice.page.getByRole("option", { name }).first().click();
      await panel.getByRole("button", { name: words.BacklineCall!, exact: true }).click();
    };
    await call(carol);
    await expectSaid(said("BacklineBusy", carol), "busy");
    await call(bob.name);
    await bob.expectRinging();
    await expectSaid(said("BacklineNoAnswer", bob.name), "no-answer");
    await bob.expectNoTasks();
    await bob.closeNotices();

    await call(bob.name);
    await bob.expectRinging();
    await expect.poll(async () => (await sandbox.legs()).some(({ identity, opened }) => identity === "alice" && opened !== null)).toBe(true);
    await sandbox.setFaults([{ target: "functions:common/agent-join-conference", effect: { fail: 500 } }]);
    await bob.accept();
    await expectSaid(said("BacklineNotConnected", bob.name), "not-connected");
    await sandbox.clearFaults();
    await bob.expectNoTasks();
    await bob.closeNotices();
    await alice.closeNotices();
  }
  await sandbox.overlayConfiguration({ outbound_call_flows: { default: { caller_id: "" } } });
  for (const locale of LOCALES) {
    await alice.page.goto(`${sandbox.origin("alice")}/?language=${locale}`);
    await expect(alice.dialpadButton).toBeEnabled({ timeout: 90_000 });
    const words = await strings(alice);
    const sentence = words.BacklineMisconfigured!.replaceAll("{{detail}}", "outbound_call_flows.default.caller_id");
    await expect(alice.told(sentence)).toBeVisible();
    await alice.page.screenshot({ path: `../../target/locales/${locale}-not-set-up.png` });
  }
  await sandbox.overlayConfiguration({});
});

/** What Flex's table says, the plugin's own among it. */
function strings(alice: Agent): Promise<Record<string, string>> {
  return alice.page.evaluate(() => {
    type FlexWindow = { Twilio: { Flex: { Manager: { getInstance(): { strings: Record<string, string> } } } } };
    return { ...(window as unknown as FlexWindow).Twilio.Flex.Manager.getInstance().strings };
  });
}

/** No text of the region, or of a button in it, is wider than where it stands; what is for screen readers only has no place. */
async function expectNothingCutOff(where: Locator, locale: string): Promise<void> {
  const cut = await where.evaluate((region) => {
    const wide = [...region.querySelectorAll<HTMLElement>("*")].filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1);
    const outside = [...region.querySelectorAll("button")].filter((one) => one.getBoundingClientRect().right > region.getBoundingClientRect().right);
    return [...wide, ...outside].map((one) => one.textContent);
  });
  expect(cut, locale).toEqual([]);
}
