// An agent at the real Flex UI: finds things as a person does, by what they are called.
import { type Locator, type Page, expect } from "@playwright/test";
import type { Sandbox } from "./sandbox";

export const people = {
  alice: "Alice Anderson",
  bob: "Bob Brown",
  carol: "Carol Clark",
  /** Where there are four. */
  dave: "Dave Davis",
} as const;

export type Identity = keyof typeof people;

export class Agent {
  /** What Flex or the plugin threw, in the page. */
  readonly errors: string[] = [];

  constructor(
    readonly identity: Identity,
    readonly page: Page,
    /** What is his alone. */
    private readonly own: { close(): Promise<void> } = page,
  ) {
    page.on("pageerror", (error) => this.errors.push(String(error)));
  }

  get name(): string {
    return people[this.identity];
  }

  /** Waits until Flex is up, then becomes Available as a person does. */
  async start(sandbox: Sandbox): Promise<void> {
    await this.page.goto(`${sandbox.origin(this.identity)}/`);
    await expect(this.activity).toBeVisible({ timeout: 90_000 });
    await this.become("Available");
  }

  async become(activity: string): Promise<void> {
    // It shows a duration once the worker is known.
    await expect(this.activity).toContainText(/\w+ \|/);
    if ((await this.activity.innerText()).startsWith(activity)) return;
    await this.activity.click();
    await this.page.getByRole("menuitem", { name: activity, exact: true }).click();
    await expect(this.activity).toContainText(activity);
  }

  close(): Promise<void> {
    return this.own.close();
  }

  // -- the dial pad

  async openDialpad(): Promise<void> {
    await expect(this.dialpadButton).toBeEnabled();
    if (!(await this.agentTab.isVisible())) await this.dialpadButton.click();
    await expect(this.agentTab).toBeVisible();
  }

  /** Finds a colleague by name and calls him with the mouse. */
  async call(name: string): Promise<void> {
    await this.choose("Call Agent", "Select an agent", name);
    await this.callButton.click();
  }

  async callQueue(queue: string): Promise<void> {
    await this.choose("Call Queue", "Select a queue", queue);
    await this.callButton.click();
  }

  async choose(tab: "Call Agent" | "Call Queue", label: string, name: string): Promise<void> {
    await this.openDialpad();
    await this.page.getByRole("tab", { name: tab }).click();
    const field = this.page.getByRole("combobox", { name: label });
    // It may still name the one who was called last.
    await field.fill("");
    await field.fill(name);
    // Flex has options of the same names: the hidden ones of its own queue list.
    await this.page.getByRole("listbox", { name: label }).getByRole("option", { name }).first().click();
    await expect(this.callButton).toBeEnabled();
  }

  /** Ours: Flex's own is above it. */
  get callButton(): Locator {
    return this.page.getByRole("region", { name: "Internal call" }).getByRole("button", { name: "Call", exact: true });
  }

  get agentTab(): Locator {
    return this.page.getByRole("tab", { name: "Call Agent" });
  }

  get dialpadButton(): Locator {
    return this.page.getByTestId("outbound-dialpad");
  }

  // -- tasks

  get tasks(): Locator {
    return this.page.locator(".Twilio-TaskListBaseItem");
  }

  // The list's buttons, each of its own task: where two tasks have one, a press that does not name its task is refused.

  get acceptButton(): Locator {
    return this.tasks.locator(".Twilio-TaskButton-Accept");
  }

  get rejectButton(): Locator {
    return this.tasks.locator(".Twilio-TaskButton-Reject");
  }

  get hangUpButton(): Locator {
    return this.tasks.locator(".Twilio-TaskButton-Hangup");
  }

  /** The same button says what it would do. */
  async hold(): Promise<void> {
    await this.tasks.locator(".Twilio-TaskButton-Hold[title='Hold Customer']").click();
  }

  async unhold(): Promise<void> {
    await this.tasks.locator(".Twilio-TaskButton-Hold[title='Unhold Customer']").click();
  }

  get completeButton(): Locator {
    // The same button says "Hang Up" while the call lasts.
    return this.page.getByTestId("end-task-button").filter({ hasText: "Complete" });
  }

  /** Completes the task of this name, which is in wrap-up. */
  async complete(name: string): Promise<void> {
    const task = this.tasks.filter({ hasText: name });
    await task.click();
    await this.completeButton.click();
    await expect(task).toHaveCount(0);
  }

  /** Rings: there is something to accept. */
  async expectRinging(): Promise<void> {
    await expect(this.acceptButton).toBeVisible();
  }

  async expectNoTasks(): Promise<void> {
    await expect(this.tasks).toHaveCount(0);
    // Flex drops a completed reservation a moment after its task left the screen.
    await expect
      .poll(() =>
        this.page.evaluate(() => {
          const manager = (window as unknown as { Twilio: { Flex: { Manager: { getInstance(): FlexManager } } } }).Twilio.Flex.Manager.getInstance();
          return manager.workerClient.reservations.size + manager.store.getState().flex.worker.tasks.size;
        }),
      )
      .toBe(0);
  }

  async accept(): Promise<void> {
    await this.acceptButton.click();
  }

  /** Accepts the task of this name, whatever else rings. */
  async acceptOf(name: string): Promise<void> {
    await this.tasks.filter({ hasText: name }).locator(".Twilio-TaskButton-Accept").click();
  }

  async reject(): Promise<void> {
    await this.rejectButton.click();
  }

  async hangUp(): Promise<void> {
    await this.hangUpButton.click();
  }

  /** Hangs up the task of this name, whatever else is up. */
  async hangUpOf(name: string): Promise<void> {
    await this.tasks.filter({ hasText: name }).locator(".Twilio-TaskButton-Hangup").click();
  }

  // -- a call between agents

  /** What Flex's call canvas says of it, besides Flex's own. */
  get status(): Locator {
    return this.page.locator(".Twilio-CallCanvas, .Twilio-IncomingTaskCanvas").getByRole("status");
  }

  /** Flex's own dial pad on the call canvas: opened, pressed, closed. */
  async pressKeys(keys: string): Promise<void> {
    await this.page.getByRole("button", { name: "Open dialpad" }).click();
    // A key is called by its letters too: "2 ABC".
    const named = (key: string) => new RegExp(`^[${key}]( |$)`);
    for (const key of keys) await this.page.locator(".Twilio-CallCanvas").getByRole("button", { name: named(key) }).click();
    await this.page.getByRole("button", { name: "Close dialpad" }).click();
  }

  holdButton(name: string): Locator {
    return this.page.getByRole("button", { name: `Hold ${name}`, exact: true });
  }

  resumeButton(name: string): Locator {
    return this.page.getByRole("button", { name: `Resume ${name}`, exact: true });
  }

  /** Invokes one of Flex's actions on the first task, as a shortcut or another plugin does: by its SID alone. */
  async invoke(action: string): Promise<void> {
    await this.page.evaluate(async (name) => {
      const flex = (window as unknown as { Twilio: { Flex: FlexGlobal } }).Twilio.Flex;
      const [sid] = flex.Manager.getInstance().store.getState().flex.worker.tasks.keys();
      await flex.Actions.invokeAction(name, { sid });
    }, action);
  }

  // -- several calls

  /** The strip of all his calls. */
  get calls(): Locator {
    return this.page.getByRole("region", { name: "Your calls" });
  }

  /** The strip's row of one. */
  callRow(name: string): Locator {
    return this.calls.getByRole("listitem").filter({ has: this.page.getByRole("button", { name, exact: true }) });
  }

  /** The card of one who waits while he talks. */
  offer(name: string): Locator {
    return this.calls.getByRole("group", { name: new RegExp(`^${name}`) });
  }

  async swapTo(name: string): Promise<void> {
    await this.calls.getByRole("button", { name: `Swap to ${name}` }).click();
  }

  /** A notification with this text. */
  told(text: string | RegExp): Locator {
    return this.page.locator(".Twilio-NotificationBar").getByText(text);
  }

  /** What an earlier test was told would be taken for this one's. */
  async closeNotices(): Promise<void> {
    const close = this.page.locator(".Twilio-NotificationBar").getByRole("button", { name: "Close notification" });
    // They also go by themselves, and those below move up. Not with the mouse: Flex's open dial pad lies over them.
    while (await close.count()) await close.first().dispatchEvent("click", undefined, { timeout: 1000 }).catch(() => undefined);
  }

  private get activity(): Locator {
    return this.page.getByTestId("activity-dropdown-button");
  }
}

/** Flex, as far as it is reached into. */
interface FlexGlobal {
  Manager: { getInstance(): FlexManager };
  Actions: { invokeAction(name: string, payload: object): Promise<unknown> };
}

/** Flex's manager, as far as it is looked into. */
interface FlexManager {
  workerClient: { reservations: Map<string, unknown> };
  store: { getState(): { flex: { worker: { tasks: Map<string, unknown> } } } };
}

/** Calls a colleague, who accepts; both hear each other. */
export async function talk(sandbox: Sandbox, caller: Agent, callee: Agent): Promise<void> {
  await caller.call(callee.name);
  await callee.expectRinging();
  await callee.accept();
  await sandbox.expectAllHear(caller.identity, callee.identity);
}
