import { start, failed } from './executor';
import type { Handlers } from './executor';
import type { CoreModule } from './load';
import { unpackedRows } from './rows';
import type { ActionToken, CallsView, CallView, CoreEvent, DialpadView, Effect, EffectId, FlexAction, Outcome } from './types';

type Core = ReturnType<CoreModule['create']>;

/** What becomes of a Flex action; `replaced` settles with the core's own effect. With a token: the core knows of it. */
export type Ruling =
  | { kind: 'pass'; token?: ActionToken }
  | { kind: 'outliving'; token: ActionToken; statusCallback: string }
  | { kind: 'from'; token: ActionToken; from: string }
  | { kind: 'ending' | 'staying'; token: ActionToken }
  | { kind: 'ignore' }
  | { kind: 'replaced'; token: ActionToken; outcome: Promise<Outcome> };

/** What the dispatcher needs of its surroundings. */
export interface Surroundings {
  /** Handlers of everything but the verdict, which answers a question asked here. */
  handlers: Omit<Handlers, 'verdict'>;
  /** What a core must be told first: `started`, then the reservations that exist. Asked again when it is rebuilt. */
  opening(): CoreEvent[];
  /** Every view is to be fetched again. */
  viewsChanged(): void;
  /** The core failed; `gone`: it failed too often and stays off, Flex's own actions run from now on. */
  coreFailed(error: unknown, gone: boolean): void;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  setTimer(callback: () => void, ms: number): number;
  clearTimer(timer: number): void;
}

interface Job {
  event: CoreEvent;
  /** Called with the effects of this very event, after they have started; with nothing if the core did not take it. */
  done?: (effects: Effect[], outcomes: Map<EffectId, Promise<Outcome>>) => void;
}

/** So many failures of the core within the window, and it is not built again: it would only fail on. */
const FAILURES = 3;
const FAILURE_WINDOW_MS = 60_000;
/** Browsers take timer spans up to a 32-bit integer; a longer one would fire at once. */
const LONGEST_TIMER_MS = 0x7fffffff;

type Stage =
  | { kind: 'loading' }
  | { kind: 'running'; module: CoreModule; core: Core; failures: number[] }
  | { kind: 'off' };

/**
 * Hands events to the core, first in first out and never re-entrantly, and starts the effects that come out, in order
 * and in the same tick. The queue never waits for an effect: each settles as an event of its own.
 */
export class Dispatcher {
  private stage: Stage = { kind: 'loading' };
  private readonly queue: Job[] = [];
  private draining = false;
  private nextToken: ActionToken = 1;
  private timer: { due: number; handle: number } | undefined;

  constructor(private readonly world: Surroundings) {}

  /** The core is there: what came meanwhile is handled now. */
  run(module: CoreModule): void {
    this.build(module, []);
    this.drain();
  }

  /** There will be no core: whoever waits for a verdict may pass. */
  giveUp(error: unknown): void {
    this.turnOff();
    this.world.coreFailed(error, true);
  }

  /** Hands over a fact. Returns at once; the fact is handled in this tick unless the core is still loading. */
  dispatch(event: CoreEvent): void {
    if (this.stage.kind === 'off') return;
    this.queue.push({ event });
    this.drain();
  }

  /** Asks what becomes of a Flex action. Without a core: Flex's own runs. */
  ask(action: FlexAction, sid?: string, taskSid?: string, target?: string): Promise<Ruling> {
    if (this.stage.kind === 'off') return Promise.resolve({ kind: 'pass' });
    const token = this.nextToken;
    this.nextToken = (this.nextToken % 0xffffffff) + 1;
    return new Promise((resolve) => {
      this.queue.push({
        event: { kind: 'actionRequested', token, action, sid, taskSid, target },
        done: (effects, outcomes) => resolve(ruling(token, effects, outcomes)),
      });
      this.drain();
    });
  }

  /** The panel's view; nothing while there is no panel to show. */
  dialpadView(): DialpadView | undefined {
    return this.view((core) => {
      const view = core.dialpadView();
      return view && { ...view, agents: { ...view.agents, rows: unpackedRows(core.agentRows(), core.agentTexts()) } };
    });
  }

  /** What stands in the call canvas of a reservation; nothing if it is no call between agents. */
  callView(reservation: string): CallView | undefined {
    return this.view((core) => core.callView(reservation));
  }

  /** All calls of the agent, and the offers that wait; nothing while there is nothing to choose. */
  callsView(): CallsView | undefined {
    return this.view((core) => core.callsView());
  }

  /** What an earlier start kept of the directory; whether it was taken. */
  restoreDirectory(bytes: Uint8Array): boolean {
    const taken = this.view((core) => core.restoreDirectory(bytes)) ?? false;
    if (taken) this.world.viewsChanged();
    return taken;
  }

  /** The directory, for the next start. */
  directorySnapshot(): Uint8Array | undefined {
    return this.view((core) => core.directorySnapshot());
  }

  /** A step of sorting in who came; whether that is done. A core that is no more has nothing to do. */
  settleDirectory(): boolean {
    return this.view((core) => core.settleDirectory()) ?? true;
  }

  private view<V>(read: (core: Core) => V | undefined): V | undefined {
    if (this.stage.kind !== 'running') return undefined;
    try {
      return read(this.stage.core);
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  private drain(): void {
    if (this.draining) return;
    this.draining = true;
    try {
      while (this.stage.kind === 'running') {
        const job = this.queue.shift();
        if (!job) break;
        this.handle(job);
      }
    } finally {
      this.draining = false;
    }
    this.wind();
  }

  private handle({ event, done }: Job): void {
    if (this.stage.kind !== 'running') return;
    let effects: Effect[];
    try {
      effects = this.stage.core.handle(this.world.now(), event);
    } catch (error) {
      done?.([], new Map());
      if (isPanic(error)) this.failed(error);
      else this.refused(event, error);
      return;
    }
    const outcomes = new Map<EffectId, Promise<Outcome>>();
    const handlers = { ...this.world.handlers, verdict: () => undefined };
    for (const effect of effects) {
      const outcome = start(handlers, effect, report);
      if (outcome && 'id' in effect) {
        outcomes.set(effect.id, outcome);
        const { core } = this.stage;
        void outcome.then((result) => this.settle(core, effect.id, result));
      }
    }
    done?.(effects, outcomes);
  }

  /** An answer for a core that is no more would meet another's ids. */
  private settle(asker: Core, id: EffectId, outcome: Outcome): void {
    if (this.stage.kind === 'running' && this.stage.core === asker) this.dispatch({ kind: 'settled', id, outcome });
  }

  /** The event is not of its type; nothing has changed. An answer that cannot be read is a failed one. */
  private refused(event: CoreEvent, error: unknown): void {
    report(error);
    if (event.kind === 'settled' && event.outcome.kind !== 'failed') {
      this.queue.unshift({ event: { kind: 'settled', id: event.id, outcome: failed(error) } });
    }
  }

  /** The core panicked: its handle is poisoned. Build another from what Flex knows. */
  private failed(error: unknown): void {
    if (this.stage.kind !== 'running') return;
    const { module } = this.stage;
    const now = this.world.now();
    const failures = [...this.stage.failures.filter((at) => now - at < FAILURE_WINDOW_MS), now];
    const gone = failures.length >= FAILURES;
    if (gone) {
      this.turnOff();
    } else {
      this.build(module, failures);
    }
    this.world.coreFailed(error, gone);
    this.drain();
  }

  private build(module: CoreModule, failures: number[]): void {
    let opening: Job[];
    try {
      opening = this.world.opening().map((event) => ({ event }));
      this.stage = { kind: 'running', module, core: module.create(), failures };
    } catch (error) {
      this.giveUp(error);
      return;
    }
    const last = opening[opening.length - 1];
    if (last) last.done = () => this.world.viewsChanged();
    this.queue.unshift(...opening);
  }

  private turnOff(): void {
    this.stage = { kind: 'off' };
    for (const { done } of this.queue.splice(0)) done?.([], new Map());
    this.wind();
    this.world.viewsChanged();
  }

  /** One timer, for the core's next deadline. */
  private wind(): void {
    const due = this.stage.kind === 'running' ? this.nextDeadline(this.stage.core) : undefined;
    if (due === this.timer?.due) return;
    if (this.timer) this.world.clearTimer(this.timer.handle);
    this.timer = undefined;
    if (due === undefined) return;
    // A timer may fire a fraction early, and then the core would find nothing due: never before its whole millisecond.
    const wait = Math.min(Math.max(0, Math.ceil(due - this.world.now())), LONGEST_TIMER_MS);
    const handle = this.world.setTimer(() => {
      this.timer = undefined;
      this.dispatch({ kind: 'deadlineReached' });
    }, wait);
    this.timer = { due, handle };
  }

  private nextDeadline(core: Core): number | undefined {
    try {
      return core.nextDeadline();
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }
}

function ruling(token: ActionToken, effects: Effect[], outcomes: Map<EffectId, Promise<Outcome>>): Ruling {
  for (const effect of effects) {
    if (effect.kind !== 'verdict' || effect.token !== token) continue;
    switch (effect.verdict.kind) {
      case 'pass':
        return { kind: 'pass', token };
      case 'outliving':
        return { kind: 'outliving', token, statusCallback: effect.verdict.statusCallback };
      case 'from':
        return { kind: 'from', token, from: effect.verdict.from };
      case 'ending':
      case 'staying':
        return { kind: effect.verdict.kind, token };
      case 'ignore':
        return { kind: 'ignore' };
      case 'replace': {
        const outcome = outcomes.get(effect.verdict.until);
        return outcome ? { kind: 'replaced', token, outcome } : { kind: 'ignore' };
      }
    }
  }
  return { kind: 'pass' };
}

/** A trap, or the poisoned handle that it leaves behind; anything else is the boundary refusing a value. */
function isPanic(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || /recursive use of an object|null pointer/.test(String(error));
}

/** Never the event itself: it carries names and numbers. */
function report(error: unknown): void {
  console.error('[backline]', error);
}
