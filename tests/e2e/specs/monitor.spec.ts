// Supervisors: Carol listens in on Alice and her customer by Flex's own button.
import type { Agent } from "../helpers/agent";
import { heardBy } from "../helpers/ears";
import type { Sandbox } from "../helpers/sandbox";
import { answer, begin, expectNeverOnTwo } from "../helpers/several";
import { goTo, monitor, monitorButton, stopButton } from "../helpers/teams";
import { expect, test } from "../helpers/test";
import type { Ears } from "../helpers/who-hears";

/** Each hears exactly these, at one moment. */
async function expectHears(ears: Ears, expected: Record<string, string[]>): Promise<void> {
  for (const [listener, speakers] of Object.entries(expected)) {
    await expect.poll(() => ears.hears(listener), `${listener} hears ${speakers.join(", ") || "nobody"}`).toEqual(speakers);
  }
}

/** Alice talks to Dana, and Carol to Erin. */
async function bothTalk(sandbox: Sandbox, alice: Agent, carol: Agent): Promise<Ears> {
  const ears = await begin(sandbox, alice, 1);
  await answer(alice, ears, "Dana");
  await carol.become("Available");
  await ears.customerCalls("Erin");
  await carol.expectRinging();
  await carol.accept();
  await expectHears(ears, { Erin: ["carol"], Dana: ["alice"] });
  return ears;
}

const listening = { carol: ["alice", "Dana"], alice: ["Dana"], Dana: ["alice"], Erin: ["music"] };
const back = { carol: ["Erin"], Erin: ["carol"], alice: ["Dana"], Dana: ["alice"] };

/** For how long her voice has come in, whoever hears it; milliseconds. */
const saidBy = async (sandbox: Sandbox, identity: string) => (await sandbox.voice(identity)).heard_ms;

async function hangUp(agent: Agent, name: string): Promise<void> {
  await agent.hangUp();
  await agent.complete(name);
}

test.afterEach(async ({ agents }) => {
  for (const agent of agents.all()) await goTo(agent, "agent-desktop");
});

test("Carol hears Alice and Dana, and nobody hears her", async ({ sandbox, agents }) => {
  const carol = await agents.listening("carol");
  const alice = await agents.at("alice");
  const ears = await begin(sandbox, alice, 1);
  await answer(alice, ears, "Dana");
  await monitor(carol, alice, "Dana");
  await expectHears(ears, { carol: ["alice", "Dana"], alice: ["Dana"], Dana: ["alice"] });
  await expect.poll(async () => (await heardBy(carol.page)).audible, "her page plays it").toBeGreaterThan(0);
  await expect.poll(() => saidBy(sandbox, "carol"), "her microphone is live").toBeGreaterThan(0);
  const legs = await sandbox.legs();
  const own = legs.filter(({ identity }) => identity === "carol").map(({ call }) => call);
  expect(legs.flatMap(({ heard_ms }) => Object.keys(heard_ms)).filter((call) => own.includes(call)), "nobody was sent hers").toEqual([]);
  await carol.page.screenshot({ path: "../../target/e2e-monitor.png" });

  await stopButton(carol).click();
  await expect(monitorButton(carol)).toBeVisible();
  await expectHears(ears, { carol: [], alice: ["Dana"], Dana: ["alice"] });
  await hangUp(alice, "Dana");
});

test("Carol's own customer is on hold while she listens in, and gets her back", async ({ sandbox, agents }) => {
  const carol = await agents.listening("carol");
  const alice = await agents.at("alice");
  const ears = await bothTalk(sandbox, alice, carol);
  await monitor(carol, alice, "Dana");
  await expectHears(ears, listening);

  await stopButton(carol).click();
  await expectHears(ears, back);
  await hangUp(alice, "Dana");
  await goTo(carol, "agent-desktop");
  await hangUp(carol, "Erin");
  await expectNeverOnTwo(sandbox, carol);
});

test("a call that ends while Carol listens in takes none of hers with it", async ({ sandbox, agents }) => {
  const carol = await agents.listening("carol");
  const alice = await agents.at("alice");
  const ears = await bothTalk(sandbox, alice, carol);
  await monitor(carol, alice, "Dana");
  await expectHears(ears, listening);

  await hangUp(alice, "Dana");
  await expectHears(ears, { carol: ["Erin"], Erin: ["carol"] });
  await goTo(carol, "agent-desktop");
  await hangUp(carol, "Erin");
  await expectNeverOnTwo(sandbox, carol);
});

test("Carol goes back to her customer while she listens in: that ends it", async ({ sandbox, agents }) => {
  const carol = await agents.listening("carol");
  const alice = await agents.at("alice");
  const ears = await bothTalk(sandbox, alice, carol);
  await monitor(carol, alice, "Dana");
  await expectHears(ears, listening);

  await goTo(carol, "agent-desktop");
  await carol.swapTo("Erin");
  await expectHears(ears, back);
  await expect.poll(async () => (await sandbox.legs()).filter(({ identity }) => identity === "carol").length).toBe(1);
  await hangUp(carol, "Erin");
  await hangUp(alice, "Dana");
  await expectNeverOnTwo(sandbox, carol);
});

test("a call between agents stands in the Teams view without the Monitor button", async ({ sandbox, agents }, info) => {
  const carol = await agents.at("carol");
  const alice = await agents.at("alice");
  await sandbox.setActivity("bob", "Available");
  await alice.call("Bob Brown");
  await expect(alice.hangUpButton).toBeVisible();
  await goTo(carol, "teams");
  const row = carol.page.getByRole("row").filter({ hasText: alice.name });
  await row.getByText("Bob Brown", { exact: true }).first().click();
  await expect(carol.page.locator(".Twilio-SupervisorTaskCanvasHeader-Title")).toContainText("Bob Brown");
  await carol.page.screenshot({ path: info.outputPath("teams.png") });
  await expect(monitorButton(carol)).toHaveCount(0);
  await alice.hangUp();
  await alice.expectNoTasks();
});

// A call between agents has a conference of its own, which Flex's monitoring does not know.
test("monitoring a call between agents is refused at once, by a sentence", async ({ agents }) => {
  const alice = await agents.at("alice");
  await alice.page.evaluate(async () => {
    const { Actions } = (window as unknown as { Twilio: { Flex: { Actions: { invokeAction(name: string, payload: object): Promise<unknown> } } } }).Twilio.Flex;
    await Actions.invokeAction("MonitorCall", { task: { sid: "WR1", taskSid: "WT1", attributes: { client_call: true } } });
  });
  await expect(alice.told("A call between colleagues cannot be monitored")).toBeVisible();
});
