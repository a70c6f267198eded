import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CoreLoadError, sentenceOf } from '../src/core/failure';
import type { Outcome } from '../src/core/types';
import { harness, settled } from './fakes';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

const panic = () => {
  throw new WebAssembly.RuntimeError('unreachable');
};

describe('order', () => {
  it('hands over what came while the core was loading after the opening, in order', () => {
    const { dispatcher, module, cores } = harness(() => []);
    dispatcher.dispatch({ kind: 'callPressed' });
    dispatcher.dispatch({ kind: 'deadlineReached' });
    dispatcher.run(module);
    expect(cores[0]?.seen.map((event) => event.kind)).toEqual(['tabChosen', 'callPressed', 'deadlineReached']);
  });

  it('never enters the core while it handles an event', () => {
    let depth = 0;
    let deepest = 0;
    const test = harness(
      (event) => {
        depth += 1;
        deepest = Math.max(deepest, depth);
        if (event.kind === 'tabChosen') test.dispatcher.dispatch({ kind: 'callPressed' });
        depth -= 1;
        return event.kind === 'callPressed' ? [{ kind: 'viewChanged', panel: 'dialpad' }] : [];
      },
      { viewChanged: () => test.dispatcher.dispatch({ kind: 'deadlineReached' }) },
    );
    test.dispatcher.run(test.module);
    expect(deepest).toBe(1);
    expect(test.cores[0]?.seen.map((event) => event.kind)).toEqual(['tabChosen', 'callPressed', 'deadlineReached']);
  });

  it('starts all effects of an event in order before the next event', () => {
    const log: string[] = [];
    const test = harness(
      (event) => {
        log.push(event.kind);
        return event.kind === 'callPressed'
          ? [
              { kind: 'loadDirectory', id: 1 },
              { kind: 'loadQueues', id: 2 },
            ]
          : [];
      },
      {
        loadDirectory: () => {
          log.push('directory starts');
          test.dispatcher.dispatch({ kind: 'deadlineReached' });
          return new Promise(() => undefined);
        },
        loadQueues: () => {
          log.push('queues start');
          return new Promise(() => undefined);
        },
      },
    );
    test.dispatcher.run(test.module);
    test.dispatcher.dispatch({ kind: 'callPressed' });
    expect(log).toEqual(['tabChosen', 'callPressed', 'directory starts', 'queues start', 'deadlineReached']);
  });

  it('does not wait for a slow effect: a later one settles first', async () => {
    let finishFirst: (outcome: Outcome) => void = () => undefined;
    const test = harness(
      (event) =>
        event.kind === 'callPressed'
          ? [
              { kind: 'loadDirectory', id: 1 },
              { kind: 'loadQueues', id: 2 },
            ]
          : [],
      {
        loadDirectory: () => new Promise((resolve) => (finishFirst = resolve)),
        loadQueues: async () => ({ kind: 'queues', queues: [] }),
      },
    );
    test.dispatcher.run(test.module);
    test.dispatcher.dispatch({ kind: 'callPressed' });
    await settled();
    finishFirst({ kind: 'done' });
    await settled();
    const ids = test.cores[0]?.seen.flatMap((event) => (event.kind === 'settled' ? [event.id] : []));
    expect(ids).toEqual([2, 1]);
  });
});

describe('effects that fail', () => {
  it.each([
    ['throws', () => { throw new Error('gone'); }],
    ['rejects', () => Promise.reject(new Error('gone'))],
  ])('settle as failed when the handler %s', async (_, handler) => {
    const { dispatcher, module, cores } = harness(
      (event) => (event.kind === 'callPressed' ? [{ kind: 'loadQueues', id: 7 }] : []),
      { loadQueues: handler as never },
    );
    dispatcher.run(module);
    dispatcher.dispatch({ kind: 'callPressed' });
    await settled();
    expect(cores[0]?.seen.at(-1)).toEqual({
      kind: 'settled',
      id: 7,
      outcome: { kind: 'failed', failure: { message: 'gone', status: undefined } },
    });
  });

  it('settles as failed an answer that the core cannot read', async () => {
    const { dispatcher, module, cores, failures } = harness(
      (event) => {
        if (event.kind === 'callPressed') return [{ kind: 'loadQueues', id: 7 }];
        if (event.kind === 'settled' && event.outcome.kind === 'queues') throw new Error('invalid type');
        return [];
      },
      { loadQueues: async () => ({ kind: 'queues', queues: [] }) },
    );
    dispatcher.run(module);
    dispatcher.dispatch({ kind: 'callPressed' });
    await settled();
    expect(cores[0]?.seen.at(-1)).toMatchObject({ kind: 'settled', id: 7, outcome: { kind: 'failed' } });
    expect(failures).toEqual([]);
  });
});

describe('verdicts', () => {
  it('follow what the core says of that very action', async () => {
    const { dispatcher, module } = harness((event) =>
      event.kind === 'actionRequested'
        ? [{ kind: 'verdict', token: event.token, verdict: { kind: event.action === 'acceptTask' ? 'ignore' : 'pass' } }]
        : [],
    );
    dispatcher.run(module);
    expect(await dispatcher.ask('acceptTask', 'WR1')).toEqual({ kind: 'ignore' });
    expect(await dispatcher.ask('rejectTask', 'WR1')).toEqual({ kind: 'pass', token: 2 });
  });

  it('replaced by an effect settle with its outcome', async () => {
    const { dispatcher, module } = harness(
      (event) =>
        event.kind === 'actionRequested'
          ? [
              { kind: 'callWorker', id: 3, reservation: 'WR1', from: 'client:a', url: 'https://x', statusCallback: 'https://y' },
              { kind: 'verdict', token: event.token, verdict: { kind: 'replace', until: 3 } },
            ]
          : [],
      { callWorker: async () => ({ kind: 'done' }) },
    );
    dispatcher.run(module);
    const ruling = await dispatcher.ask('acceptTask', 'WR1');
    expect(ruling.kind === 'replaced' && (await ruling.outcome)).toEqual({ kind: 'done' });
  });

  it('pass for whoever asked while the core was loading, once it turns out that there is none', async () => {
    const { dispatcher, failures } = harness(() => []);
    const ruling = dispatcher.ask('acceptTask', 'WR1');
    dispatcher.giveUp(new Error('CSP'));
    expect(await ruling).toEqual({ kind: 'pass' });
    expect(await dispatcher.ask('acceptTask', 'WR1')).toEqual({ kind: 'pass' });
    expect(failures).toMatchObject([{ gone: true }]);
  });

  it('pass when the core panics over the question, and another core is built from what Flex knows', async () => {
    const { dispatcher, module, cores, failures } = harness((event) =>
      event.kind === 'actionRequested' ? panic() : [],
    );
    dispatcher.run(module);
    expect(await dispatcher.ask('acceptTask', 'WR1')).toEqual({ kind: 'pass' });
    expect(cores).toHaveLength(2);
    expect(cores[1]?.seen.map((event) => event.kind)).toEqual(['tabChosen']);
    expect(failures).toMatchObject([{ gone: false }]);
  });
});

describe('a core that panics', () => {
  it('is not built again for ever', () => {
    const { dispatcher, module, cores, failures } = harness(panic);
    dispatcher.run(module);
    expect(cores).toHaveLength(3);
    expect(failures.map(({ gone }) => gone)).toEqual([false, false, true]);
  });

  it('gets no answers to what its predecessor ordered', async () => {
    let finish: (outcome: Outcome) => void = () => undefined;
    const { dispatcher, module, cores } = harness(
      (event) => {
        if (event.kind === 'deadlineReached') return panic();
        return event.kind === 'callPressed' ? [{ kind: 'loadQueues', id: 1 }] : [];
      },
      { loadQueues: () => new Promise((resolve) => (finish = resolve)) },
    );
    dispatcher.run(module);
    dispatcher.dispatch({ kind: 'callPressed' });
    dispatcher.dispatch({ kind: 'deadlineReached' });
    finish({ kind: 'done' });
    await settled();
    expect(cores[1]?.seen.map((event) => event.kind)).toEqual(['tabChosen']);
  });
});

describe('the timer', () => {
  it('waits for the next deadline, and is set anew when that changes', () => {
    const { dispatcher, module, cores, timers } = harness((event, core) => {
      if (event.kind === 'callPressed') core.deadline = 3000;
      if (event.kind === 'deadlineReached') core.deadline = undefined;
      if (event.kind === 'retryPressed') core.deadline = 2000;
      return [];
    });
    dispatcher.run(module);
    expect(timers.set).toEqual([]);
    dispatcher.dispatch({ kind: 'callPressed' });
    expect(timers.set.map(({ ms }) => ms)).toEqual([2000]);
    dispatcher.dispatch({ kind: 'retryPressed', tab: 'agent' });
    expect(timers.cleared).toEqual([1]);
    expect(timers.set.map(({ ms }) => ms)).toEqual([2000, 1000]);
    timers.set[1]?.callback();
    expect(cores[0]?.seen.at(-1)?.kind).toBe('deadlineReached');
    expect(timers.set).toHaveLength(2);
  });
});

it('a core that failed is told by what the agent can do about it, and stays on screen where it does not come back', () => {
  const trap = new WebAssembly.RuntimeError('unreachable');
  expect(sentenceOf(trap, false)).toEqual({ key: 'BacklineCoreRestarted', detail: '', lasts: false });
  expect(sentenceOf(trap, true)).toEqual({ key: 'BacklineCoreGone', detail: '', lasts: true });
  for (const gone of [true, false]) {
    expect(sentenceOf(new CoreLoadError('no WebAssembly'), gone)).toEqual({
      key: 'BacklineCoreRefused',
      detail: 'no WebAssembly',
      lasts: true,
    });
  }
});
