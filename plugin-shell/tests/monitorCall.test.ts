import { describe, expect, it, vi } from 'vitest';
import { refuseToMonitorInternalCalls, taskOfTeams } from '../src/flex-hooks/actions/MonitorCall';

const internal = { sid: 'WR1', attributes: { client_call: true } };
const customers = { sid: 'WR2', attributes: { client_call: 'true', name: 'Dana' } };
const teams = { flex: { supervisor: { workers: [{}, { tasks: [internal, customers] }] } } };

function hook() {
  let run: (payload: unknown, original: (payload: unknown) => Promise<unknown>) => Promise<unknown> = async () => undefined;
  const names: string[] = [];
  const refuse = vi.fn();
  const replaceAction = (name: string, replacement: typeof run) => {
    names.push(name);
    run = replacement;
  };
  refuseToMonitorInternalCalls({ replaceAction }, (sid) => taskOfTeams(teams, sid), refuse);
  expect(names).toEqual(['MonitorCall']);
  const original = vi.fn(async () => 'native');
  return { refuse, original, invoke: (payload: unknown) => run(payload, original) };
}

describe('monitoring', () => {
  it('a call between agents is refused with a sentence, and Flex is not asked', async () => {
    const { refuse, original, invoke } = hook();
    await invoke({ task: internal });
    await invoke({ sid: 'WR1' });
    expect(refuse).toHaveBeenCalledTimes(2);
    expect(original).not.toHaveBeenCalled();
  });

  it('any other call is as Flex meant it, payload and result untouched', async () => {
    const { refuse, original, invoke } = hook();
    const payloads = [{ task: customers, extraParams: {} }, { sid: 'WR2' }, { sid: 'WR9' }, {}, undefined];
    for (const payload of payloads) expect(await invoke(payload)).toBe('native');
    expect(original.mock.calls).toEqual(payloads.map((payload) => [payload]));
    expect(refuse).not.toHaveBeenCalled();
  });

  it('without a Teams view nobody is found', () => {
    for (const state of [undefined, {}, { flex: {} }, { flex: { supervisor: {} } }]) {
      expect(taskOfTeams(state, 'WR1')).toBeUndefined();
    }
  });
});
