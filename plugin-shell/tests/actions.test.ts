import { describe, expect, it, vi } from 'vitest';
import type { Ruling } from '../src/core/dispatcher';
import { OWN, replaceWithVerdict } from '../src/flex-hooks/actions/replace';
import type { Lasting } from '../src/flex-hooks/actions/replace';

function hook(ruling: Ruling, action: 'acceptTask' | 'holdCall' | 'hangupCall' = 'acceptTask', endWithLeg?: Lasting['endWithLeg']) {
  let replaced: (payload: unknown, original: (payload: unknown) => Promise<unknown>) => Promise<unknown> = async () => undefined;
  const ask = vi.fn(async () => ruling);
  const dispatch = vi.fn();
  const outlive = vi.fn();
  const hangingUp = vi.fn();
  replaceWithVerdict({ replaceAction: (_, run) => void (replaced = run) }, { ask, dispatch }, 'AcceptTask', action, endWithLeg && { outlive, endWithLeg, hangingUp });
  return { ask, dispatch, outlive, hangingUp, invoke: (payload: unknown, original: (payload: unknown) => Promise<unknown>) => replaced(payload, original) };
}

describe('a replaced action', () => {
  it('that passes runs as Flex meant it, payload and result untouched', async () => {
    const payload = { sid: 'WR1', conferenceOptions: {} };
    const original = vi.fn(async () => 'native');
    expect(await hook({ kind: 'pass' }).invoke(payload, original)).toBe('native');
    expect(original).toHaveBeenCalledWith(payload);
  });

  it('asks by the reservation, from a payload with only a sid as from one with a task', async () => {
    const { ask, invoke } = hook({ kind: 'ignore' });
    const original = vi.fn(async () => undefined);
    await invoke({ sid: 'WR1' }, original);
    await invoke({ task: { sid: 'WR2', taskSid: 'WT2' } }, original);
    await invoke({ task: { sid: 'WR3' }, targetSid: 'CA1' }, original);
    await invoke(undefined, original);
    expect(ask.mock.calls).toEqual([
      ['acceptTask', 'WR1', undefined, undefined],
      ['acceptTask', 'WR2', 'WT2', undefined],
      ['acceptTask', 'WR3', undefined, 'CA1'],
      ['acceptTask', undefined, undefined, undefined],
    ]);
    expect(original).not.toHaveBeenCalled();
  });

  it('rejects when the effect in its place fails', async () => {
    const outcome = Promise.resolve({ kind: 'failed' as const, failure: { message: 'not a valid CallUrl' } });
    await expect(hook({ kind: 'replaced', token: 1, outcome }).invoke({ sid: 'WR1' }, async () => undefined)).rejects.toThrow(
      'not a valid CallUrl',
    );
  });

  it('that is over, or has failed, is told to the core if it asked to know', async () => {
    const { dispatch, invoke } = hook({ kind: 'pass', token: 7 });
    await invoke({ sid: 'WR1' }, async () => 'native');
    await expect(invoke({ sid: 'WR1' }, () => Promise.reject(new Error('rescinded')))).rejects.toThrow('rescinded');
    expect(dispatch.mock.calls).toEqual([
      [{ kind: 'actionEnded', token: 7, failure: undefined }],
      [{ kind: 'actionEnded', token: 7, failure: { message: 'rescinded', status: undefined } }],
    ]);
    const others = [hook({ kind: 'pass', token: 7 }, 'holdCall'), hook({ kind: 'pass' }), hook({ kind: 'ignore' })];
    for (const other of others) {
      await other.invoke({ sid: 'WR1' }, async () => undefined);
      expect(other.dispatch).not.toHaveBeenCalled();
    }
  });

  it('makes a conference that outlives him, with what Flex and other plugins chose of it', async () => {
    const original = vi.fn(async () => 'native');
    const payload = { sid: 'WR1', conferenceOptions: { endConferenceOnExit: true, endConferenceOnCustomerExit: true } };
    const { invoke, outlive } = hook({ kind: 'outliving', token: 1, statusCallback: 'https://f/left' }, 'acceptTask', vi.fn());
    await invoke(payload, original);
    expect(outlive).toHaveBeenCalledWith('WR1');
    expect(original).toHaveBeenCalledWith({
      sid: 'WR1',
      conferenceOptions: {
        endConferenceOnExit: false,
        endConferenceOnCustomerExit: true,
        conferenceStatusCallback: 'https://f/left',
        conferenceStatusCallbackMethod: 'POST',
        conferenceStatusCallbackEvent: 'leave',
      },
    });
  });

  it('is accepted with the caller id that the core chose, and all else as Flex and other plugins did', async () => {
    const original = vi.fn(async () => 'native');
    const payload = { sid: 'WR1', conferenceOptions: { endConferenceOnExit: true, from: 'AP1' } };
    expect(await hook({ kind: 'from', token: 1, from: '+15550100' }).invoke(payload, original)).toBe('native');
    expect(original).toHaveBeenCalledWith({ sid: 'WR1', conferenceOptions: { endConferenceOnExit: true, from: '+15550100' } });
  });

  it('hangs up once the conference is to end with it, and all the same if that fails', async () => {
    for (const end of [() => Promise.resolve(), () => Promise.reject(new Error('not found'))]) {
      const order: string[] = [];
      const endWithLeg = vi.fn((reservation: string) => end().finally(() => order.push(`end ${reservation}`)));
      const { invoke } = hook({ kind: 'ending', token: 1 }, 'acceptTask', endWithLeg);
      await invoke({ task: { sid: 'WR1' } }, async () => order.push('hang up'));
      expect(order).toEqual(['end WR1', 'hang up']);
    }
  });

  it('says that he hangs up, and of no other action', async () => {
    const hangs = hook({ kind: 'pass', token: 1 }, 'hangupCall', vi.fn());
    await hangs.invoke({ task: { sid: 'WR1' } }, async () => undefined);
    expect(hangs.hangingUp).toHaveBeenCalledWith('WR1');
    const accepts = hook({ kind: 'pass', token: 1 }, 'acceptTask', vi.fn());
    await accepts.invoke({ sid: 'WR1' }, async () => undefined);
    expect(accepts.hangingUp).not.toHaveBeenCalled();
  });

  it('stays in a conference that whom Flex takes for the customer may leave', async () => {
    const original = vi.fn(async () => 'native');
    const payload = { sid: 'WR1', conferenceOptions: { endConferenceOnExit: true } };
    expect(await hook({ kind: 'staying', token: 1 }).invoke(payload, original)).toBe('native');
    const conferenceOptions = { endConferenceOnExit: true, endConferenceOnCustomerExit: false };
    expect(original).toHaveBeenCalledWith({ sid: 'WR1', conferenceOptions });
  });

  it('hangs up without waiting for ever', async () => {
    vi.useFakeTimers();
    const original = vi.fn(async () => undefined);
    const over = hook({ kind: 'ending', token: 1 }, 'acceptTask', () => new Promise(() => undefined)).invoke({ sid: 'WR1' }, original);
    await vi.runAllTimersAsync();
    await over;
    vi.useRealTimers();
    expect(original).toHaveBeenCalledOnce();
  });

  it('that the core ordered itself is not asked about', async () => {
    const { ask, dispatch, invoke } = hook({ kind: 'ignore' });
    expect(await invoke({ sid: 'WR1', [OWN]: true }, async () => 'native')).toBe('native');
    expect(ask).not.toHaveBeenCalled();
    expect(dispatch).not.toHaveBeenCalled();
  });
});
