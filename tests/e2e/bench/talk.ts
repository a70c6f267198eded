// Dana and Erin call Alice: one accept of a second call, swaps, and what they cost in frames of 20 ms.
import { expect } from "@playwright/test";
import type { Agent } from "../helpers/agent";
import type { Leg, Run, Sandbox, Voice } from "../helpers/sandbox";
import { Ears } from "../helpers/who-hears";

declare global {
  interface Window {
    /** In the page of the reference: Flex knows who is in the conferences. */
    referenceKnowsAll(): boolean;
  }
}

type Customer = "Dana" | "Erin";

/** What it cost to accept a second call. */
export interface Accepted {
  /** Nobody was heard in Alice's page. */
  gap_frames: number;
  /** From the first packet of the new leg until one had her voice. */
  voice_frames: number;
}

/** What a swap cost. */
export interface Swapped {
  /** Nobody was sent her voice. */
  gap_frames: number;
}

const FRAME_MS = 20;

/** After all is as it should be: what is still on its way is there too. */
const SETTLING_MS = 300;

export class Talk {
  private readonly ears: Ears;
  private readonly customers = new Map<Customer, string>();

  constructor(
    private readonly sandbox: Sandbox,
    private readonly alice: Agent,
    /** Backline's strip is there; otherwise only what Flex has itself. */
    private readonly strip: boolean,
  ) {
    this.ears = new Ears(sandbox);
  }

  /** Dana and Alice talk. */
  async begin(): Promise<void> {
    await this.calls("Dana");
    await this.alice.expectRinging();
    await this.alice.accept();
    await this.expectHeard({ Dana: ["alice"], alice: ["Dana"] });
  }

  async acceptSecond(): Promise<Accepted> {
    await this.calls("Erin");
    const answer = this.strip ? this.alice.offer("Erin").getByRole("button", { name: "Hold & answer" }) : this.alice.acceptButton;
    await expect(answer).toBeVisible();
    await this.settled();
    await this.alice.page.evaluate(() => window.hearing.forget());
    await answer.click();
    await this.expectHeard({ Dana: ["music"], Erin: ["alice"], alice: ["Erin"] });
    const gapMs = await this.alice.page.evaluate(() => window.hearing.gapMs());
    const own = (legs: Leg[]) => legs.find((leg) => leg.identity === "alice" && this.sid("Erin") in leg.heard_run);
    // The sandbox tells half a second later when a packet was sent.
    await expect.poll(async () => (await this.levels()).voice.legs[own(await this.sandbox.legs())?.call ?? ""]).toBeDefined();
    const { legs, voice } = await this.levels();
    const leg = present(own(legs));
    const [first] = present(voice.legs[leg.call]);
    return { gap_frames: Math.ceil(gapMs / FRAME_MS), voice_frames: first - present(leg.opened ?? undefined) };
  }

  async swap(to: Customer): Promise<Swapped> {
    const from = to === "Dana" ? "Erin" : "Dana";
    await this.settled();
    if (this.strip) await this.alice.swapTo(to);
    else await this.unhold(to);
    await this.expectHeard({ [from]: ["music"], [to]: ["alice"], alice: [to] });
    const { legs } = await this.levels();
    const [, last] = this.voiceTo(from, legs);
    const [first] = this.voiceTo(to, legs);
    return { gap_frames: Math.max(0, first - last - 1) };
  }

  /** Both hang up. */
  async end(): Promise<void> {
    for (const name of ["Dana", "Erin"] as const) await this.sandbox.customerHangsUp(this.sid(name));
    for (const name of ["Dana", "Erin"] as const) await this.alice.complete(name);
    await this.alice.expectNoTasks();
    await this.sandbox.expectAtRest();
  }

  private async calls(name: Customer): Promise<void> {
    this.customers.set(name, await this.ears.customerCalls(name));
  }

  private sid(name: Customer): string {
    return present(this.customers.get(name));
  }

  private async settled(): Promise<void> {
    if (!this.strip) await this.alice.page.waitForFunction(() => window.referenceKnowsAll());
  }

  /** By Flex's own button. */
  private async unhold(name: Customer): Promise<void> {
    await this.alice.tasks.filter({ hasText: name }).click();
    await this.alice.page.locator(".Twilio-CallCanvas [title='Unhold Customer']").click();
  }

  private async expectHeard(expected: Record<string, string[]>): Promise<void> {
    for (const [listener, speakers] of Object.entries(expected)) {
      await expect.poll(() => this.ears.hears(listener), `what ${listener} hears`).toEqual(speakers);
    }
    await this.alice.page.waitForTimeout(SETTLING_MS);
  }

  private async levels(): Promise<{ legs: Leg[]; voice: Voice }> {
    return { legs: await this.sandbox.legs(), voice: await this.sandbox.voice("alice") };
  }

  /** When the customer was last sent Alice's voice. */
  private voiceTo(name: Customer, legs: Leg[]): Run {
    const own = present(legs.find(({ call }) => call === this.sid(name)));
    const alices = legs.filter(({ identity }) => identity === "alice").map(({ call }) => call);
    return present(alices.map((call) => own.heard_run[call]).find((run) => run !== undefined));
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the sandbox measured nothing there");
  return value;
}
