import { describe, expect, it, vi } from 'vitest';

vi.mock('@twilio/flex-ui', () => ({ NotificationEvent: { beforeAddNotification: 'beforeAddNotification' } }));
const { onlyInternalCalls } = await import('../src/flex-hooks/events/participantsNotification');

const call = (client_call: boolean, status = 'accepted', taskChannelUniqueName = 'voice') =>
  ({ status, task: { taskChannelUniqueName, attributes: client_call ? { client_call } : {} } }) as never;

describe('the error about participants', () => {
  it('is needless while all calls are between agents', () => {
    expect(onlyInternalCalls([call(true), call(true, 'wrapping')])).toBe(true);
    expect(onlyInternalCalls([call(true), call(false, 'accepted', 'chat')])).toBe(true);
  });

  it('is shown as soon as it may be about another call', () => {
    expect(onlyInternalCalls([call(true), call(false)])).toBe(false);
    expect(onlyInternalCalls([call(true), call(false, 'pending')])).toBe(false);
    expect(onlyInternalCalls([])).toBe(false);
  });
});
