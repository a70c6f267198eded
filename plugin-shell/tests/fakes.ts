import { Dispatcher } from '../src/core/dispatcher';
import type { Surroundings } from '../src/core/dispatcher';
import type { CoreModule } from '../src/core/load';
import type { CoreEvent, DialpadView, Effect } from '../src/core/types';

/** A core that answers each event as the test says, and remembers what it was given. */
export class FakeCore {
  readonly seen: CoreEvent[] = [];
  deadline: number | undefined;
  constructor(private readonly answer: (event: CoreEvent, core: FakeCore) => Effect[]) {}
  handle(_now: number, event: CoreEvent): Effect[] {
    this.seen.push(event);
    return this.answer(event, this);
  }
  nextDeadline(): number | undefined {
    return this.deadline;
  }
  callView(): undefined {
    return undefined;
  }
  callsView(): undefined {
    return undefined;
  }
  dialpadView(): DialpadView | undefined {
    return undefined;
  }
}

/** A clock whose timers fire when the test says. */
export class FakeTimers {
  readonly set: Array<{ callback: () => void; ms: number; id: number }> = [];
  cleared: number[] = [];
}

export function harness(answer: (event: CoreEvent, core: FakeCore) => Effect[], handlers: Partial<Surroundings['handlers']> = {}) {
  const cores: FakeCore[] = [];
  const failures: Array<{ error: unknown; gone: boolean }> = [];
  const timers = new FakeTimers();
  const clock = { now: 1000 };
  const opening: CoreEvent[] = [{ kind: 'tabChosen', tab: 'agent' }];
  const dispatcher = new Dispatcher({
    handlers: handlers as Surroundings['handlers'],
    opening: () => opening,
    viewsChanged: () => undefined,
    coreFailed: (error, gone) => failures.push({ error, gone }),
    now: () => clock.now,
    setTimer: (callback, ms) => timers.set.push({ callback, ms, id: timers.set.length + 1 }),
    clearTimer: (id) => timers.cleared.push(id),
  });
  const module = {
    create: () => {
      const core = new FakeCore(answer);
      cores.push(core);
      return core;
    },
    performHttp: () => Promise.reject(new Error('not here')),
    performList: () => Promise.reject(new Error('not here')),
  } as unknown as CoreModule;
  return { dispatcher, module, cores, failures, timers, clock };
}

/** Lets settled promises run their reactions. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
