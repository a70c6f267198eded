import { afterEach, describe, expect, it, vi } from 'vitest';
import { localStore } from '../src/effects/localStore';
import { listPeople } from '../src/effects/listPeople';
import { loadPeople } from '../src/effects/loadPeople';
import { restoreDirectory } from '../src/effects/restoreDirectory';
import { saveDirectory } from '../src/effects/saveDirectory';
import { settleDirectory } from '../src/effects/settleDirectory';
import { FlexPort } from '../src/flex/port';
import { harness, settled } from './fakes';
import { memoryDb } from './memoryDb';

const worker = (number: number) => ({
  sid: `WK${String(number).padStart(5, '0')}`,
  friendlyName: `agent${number}`,
  name: 'x',
  activityName: 'Break',
  activitySid: 'WA1',
  attributes: { full_name: `Agent ${number}` },
});

/** A workspace as the SDK shows it: in the order of SIDs, no more than asked for. */
function workspace(count: number) {
  const all = Array.from({ length: count }, (_, number) => worker(number));
  return vi.fn(async ({ AfterSid, MaxWorkers }: { AfterSid?: string; MaxWorkers: number }) => {
    const rest = all.filter(({ sid }) => AfterSid === undefined || sid > AfterSid);
    return new Map(rest.slice(0, MaxWorkers).map((one) => [one.sid, one]));
  });
}

const port = (client: object) => new FlexPort({} as never, { workspaceClient: client } as never, () => '');

async function everybody(load: ReturnType<typeof loadPeople>) {
  const sids: unknown[] = [];
  let after: string | undefined;
  do {
    const outcome = await load({ kind: 'loadPeople', id: 1, after });
    if (outcome.kind !== 'people') throw new Error(outcome.kind);
    sids.push(...outcome.people.map((person) => person.worker_sid));
    after = outcome.next;
  } while (after !== undefined);
  return sids;
}

describe('everybody', () => {
  it.each([0, 1, 124, 125, 126, 499, 500, 501, 1300])('of %i comes once, in few pages and small helpings', async (count) => {
    const fetchWorkersInfo = workspace(count);
    const pause = vi.fn(async () => undefined);
    const sids = await everybody(loadPeople(port({ fetchWorkersInfo }), pause));
    expect(sids).toEqual(Array.from({ length: count }, (_, number) => worker(number).sid));
    expect(fetchWorkersInfo).toHaveBeenCalledTimes(Math.floor(count / 500) + 1);
    expect(pause.mock.calls.length).toBeGreaterThanOrEqual(count / 125);
  });

  it('is read as rows of the worker index are, by an older SDK too', async () => {
    const load = loadPeople(port({ fetchWorkers: workspace(1) }), async () => undefined);
    expect(await load({ kind: 'loadPeople', id: 1, after: undefined })).toEqual({
      kind: 'people',
      people: [
        { worker_sid: 'WK00000', friendly_name: 'agent0', activity_name: 'Break', worker_activity_sid: 'WA1', attributes: { full_name: 'Agent 0' } },
      ],
      next: undefined,
    });
  });

  it('goes on after a failure where it was, and begins anew when it is asked to', async () => {
    const whole = workspace(750);
    const fetchWorkersInfo = vi.fn(whole).mockImplementationOnce(whole).mockRejectedValueOnce(new Error('no route'));
    const load = loadPeople(port({ fetchWorkersInfo }), async () => undefined);
    let after: string | undefined;
    for (let helping = 0; helping < 4; helping += 1) {
      const outcome = await load({ kind: 'loadPeople', id: 1, after });
      after = outcome.kind === 'people' ? outcome.next : undefined;
    }
    expect(after).toBe('WK00499');
    await expect(load({ kind: 'loadPeople', id: 2, after })).rejects.toThrow('no route');
    const again = await load({ kind: 'loadPeople', id: 3, after });
    expect(again).toMatchObject({ next: 'WK00624' });
    const anew = await load({ kind: 'loadPeople', id: 4, after: undefined });
    expect(anew).toMatchObject({ next: 'WK00124' });
  });
});

describe('everybody by the functions', () => {
  it('is asked for with the agent’s own token, and answered as it is', async () => {
    const outcome = { kind: 'people' as const, people: [], next: '1.PA' };
    const perform = vi.fn(async () => outcome);
    const flex = port({});
    vi.spyOn(flex, 'token').mockReturnValue('his');
    const request = { url: 'https://f.example/internal-call/flex/people', form: [] };
    expect(await listPeople(flex, perform)({ kind: 'listPeople', id: 1, request })).toBe(outcome);
    expect(perform).toHaveBeenCalledWith(request, 'his');
  });
});

describe('sorting in', () => {
  it('takes as many steps as fit into an idle moment, one at least, until it is done', async () => {
    const left = [20, 12, 3, 0, 0];
    const moments: number[] = [];
    let steps = 0;
    const moment = async () => {
      moments.push(steps);
      return { timeRemaining: () => left.shift() ?? 0 };
    };
    const settle = settleDirectory(() => (steps += 1) === 6, moment, () => 0);
    expect(await settle({ kind: 'settleDirectory', id: 1 })).toEqual({ kind: 'done' });
    expect(moments).toEqual([0, 3, 4, 5]);
  });

  it('does not fill a long idle moment: a step that is longer than the others ends well before 50 ms', async () => {
    const lengths = [4, 4, 9, 30, 4, 4];
    let now = 0;
    const slices: number[] = [];
    const moment = async () => {
      const began = now;
      slices.push(began);
      return { timeRemaining: () => began + 50 - now };
    };
    const step = () => {
      now += lengths.shift() ?? 0;
      return lengths.length === 0;
    };
    const settle = settleDirectory(step, moment, () => now);
    expect(await settle({ kind: 'settleDirectory', id: 1 })).toEqual({ kind: 'done' });
    expect(slices).toEqual([0, 17, 47]);
  });
});

describe('what is kept', () => {
  afterEach(() => vi.unstubAllGlobals());
  const store = (kept?: Uint8Array) => ({ read: vi.fn(async () => kept), write: vi.fn(async () => undefined) });

  it('is given to the core, if there is anything, and refused or not it goes on', async () => {
    const restore = vi.fn(() => false);
    expect(await restoreDirectory(store(), restore)({ kind: 'restoreDirectory', id: 1 })).toEqual({ kind: 'done' });
    expect(restore).not.toHaveBeenCalled();
    const kept = new Uint8Array([1, 2]);
    expect(await restoreDirectory(store(kept), restore)({ kind: 'restoreDirectory', id: 2 })).toEqual({ kind: 'done' });
    expect(restore).toHaveBeenCalledWith(kept);
  });

  it('is what the core says, and nothing without a core; a full disk is nobody else’s trouble', async () => {
    vi.stubGlobal('requestIdleCallback', (callback: () => void) => void callback());
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const target = store();
    saveDirectory(target, () => undefined)({ kind: 'saveDirectory' });
    await settled();
    expect(target.write).not.toHaveBeenCalled();
    target.write.mockRejectedValueOnce(new Error('QuotaExceededError'));
    saveDirectory(target, () => new Uint8Array([7]))({ kind: 'saveDirectory' });
    await settled();
    expect(target.write).toHaveBeenCalledWith(new Uint8Array([7]));
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });

  /** The store of an agent of an account, as the plugin makes it. */
  const kept = (account: string, agent: string) => {
    const manager = { serviceConfiguration: { account_sid: account }, workerClient: { sid: agent } };
    const flex = new FlexPort({} as never, manager as never, () => '');
    return localStore(() => flex.owner());
  };

  it('is each agent’s own in each account, and his favourites are beside it', async () => {
    const { records, indexedDB } = memoryDb();
    vi.stubGlobal('indexedDB', indexedDB);
    const all = [kept('AC1', 'WK1'), kept('AC1', 'WK2'), kept('AC2', 'WK1')];
    const bytes = all.map((_, number) => new Uint8Array([number, 7]));
    for (const [number, { directory, favourites }] of all.entries()) {
      expect(await directory.read()).toBeUndefined();
      await directory.write(bytes[number]!);
      await favourites.update(() => [number]);
    }
    expect(records.size).toBe(6);
    for (const [number, { directory, favourites }] of all.entries()) {
      expect(await directory.read()).toEqual(bytes[number]);
      expect(await favourites.read()).toEqual([number]);
    }
  });

  it.each([
    ['is damaged', new Uint8Array([0])],
    ['is no bytes at all', { was: 'something else' }],
  ])('of one %s: he begins anew, and nobody else’s is touched', async (_, damaged) => {
    vi.stubGlobal('requestIdleCallback', (callback: () => void) => void callback());
    const { records, indexedDB } = memoryDb();
    vi.stubGlobal('indexedDB', indexedDB);
    const [his, others] = [kept('AC1', 'WK1').directory, kept('AC1', 'WK2').directory];
    const whole = new Uint8Array([66, 76]);
    await his.write(whole);
    const [key] = records.keys();
    await others.write(whole);
    records.set(key!, damaged);
    const restored: Uint8Array[] = [];
    // What is damaged the core refuses.
    const restore = (bytes: Uint8Array) => bytes.length > 1 && restored.push(bytes) > 0;
    await restoreDirectory(his, restore)({ kind: 'restoreDirectory', id: 1 });
    expect(restored).toEqual([]);
    await restoreDirectory(others, restore)({ kind: 'restoreDirectory', id: 1 });
    expect(restored).toEqual([whole]);
    saveDirectory(his, () => new Uint8Array([66, 77]))({ kind: 'saveDirectory' });
    await vi.waitFor(async () => expect(await his.read()).toEqual(new Uint8Array([66, 77])));
    expect(await others.read()).toEqual(whole);
    expect(records.size).toBe(2);
  });

  it('is not waited for longer than a moment: a database that is blocked fails', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('indexedDB', { open: () => ({}) });
    const reading = localStore(() => 'AC1 WK1').directory.read();
    const refused = expect(reading).rejects.toThrow('did not answer');
    await vi.advanceTimersByTimeAsync(5000);
    await refused;
    vi.useRealTimers();
  });
});

describe('the core’s directory', () => {
  it('is there only while a core is', () => {
    const test = harness(() => []);
    expect(test.dispatcher.restoreDirectory(new Uint8Array())).toBe(false);
    expect(test.dispatcher.directorySnapshot()).toBeUndefined();
    expect(test.dispatcher.settleDirectory()).toBe(true);
  });

  it('that panics while it is sorted is built anew, and nobody waits for the old one', () => {
    const test = harness(() => []);
    test.dispatcher.run(test.module);
    const trap = () => {
      throw new WebAssembly.RuntimeError('unreachable');
    };
    Object.assign(test.cores[0]!, { settleDirectory: trap });
    expect(test.dispatcher.settleDirectory()).toBe(true);
    expect(test.cores).toHaveLength(2);
  });
});
