import { describe, expect, it, vi } from 'vitest';
import type { Ruling } from '../src/core/dispatcher';
import { replaceWithVerdict } from '../src/flex-hooks/actions/replace';

function hook(ruling: Ruling) {
  let replaced: (payload: unknown, original: (payload: unknown) => Promise<unknown>) => Promise<unknown> = async () => undefined;
  const ask = vi.fn(async () => ruling);
  replaceWithVerdict({ replaceAction: (_, action) => void (replaced = action) }, { ask }, 'AcceptTask', 'acceptTask');
  return { ask, invoke: (payload: unknown, original: (payload: unknown) => Promise<unknown>) => replaced(payload, original) };
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
    await invoke(undefined, original);
    expect(ask.mock.calls).toEqual([
      ['acceptTask', 'WR1', undefined],
      ['acceptTask', 'WR2', 'WT2'],
      ['acceptTask', undefined, undefined],
    ]);
    expect(original).not.toHaveBeenCalled();
  });

  it('rejects when the effect in its place fails', async () => {
    const outcome = Promise.resolve({ kind: 'failed' as const, failure: { message: 'not a valid CallUrl' } });
    await expect(hook({ kind: 'replaced', outcome }).invoke({ sid: 'WR1' }, async () => undefined)).rejects.toThrow(
      'not a valid CallUrl',
    );
  });
});
