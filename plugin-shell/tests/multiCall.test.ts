import { describe, expect, it, vi } from 'vitest';
import type { CoreEvent } from '../src/core/types';
import { holdParticipant } from '../src/effects/holdParticipant';
import { keepConference } from '../src/effects/keepConference';
import { OWN } from '../src/flex-hooks/actions/replace';
import { StoreWatch } from '../src/flex-hooks/events/conferences';
import { dropSecondCallQuestion } from '../src/flex-hooks/events/secondCallNotification';
import { endWithLeg, hangingUp, lacking, lackingDevice, outlive, PhoneState } from '../src/flex/internals';
import type { StoredParticipant } from '../src/flex/internals';
import { MultiCall } from '../src/flex/multiCall';
import { FakeCall, FakeDevice, fakeTab } from './voiceFakes';

type Stored = { -readonly [K in keyof StoredParticipant]: StoredParticipant[K] };

function fakeStore() {
  const listeners: Array<() => void> = [];
  const flex = {
    phone: {} as { activeCall?: unknown },
    view: { selectedTaskSid: '' },
    conferences: { states: new Map<string, { source: { participants: Stored[] } }>() },
    participants: { byCallSid: {} as Record<string, { participantSid?: string; type?: string }> },
    worker: { tasks: new Map([['WR1', { sid: 'WR1', taskSid: 'WT1' }]]) },
  };
  const dispatch = vi.fn();
  return {
    flex,
    dispatch,
    getState: () => ({ flex }),
    subscribe: (listener: () => void) => {
      listeners.push(listener);
      return () => undefined;
    },
    changed: () => listeners.forEach((listener) => listener()),
    meet: (...participants: Stored[]) => {
      flex.conferences.states = new Map([['WT1', { source: { participants } }]]);
      listeners.forEach((listener) => listener());
    },
  };
}

const one = (participantType: string, more: Partial<Stored> = {}): Stored => ({
  participantType,
  isCurrentWorker: false,
  status: 'joined',
  onHold: false,
  callSid: `CA of ${participantType}`,
  ...more,
});

describe('who is in a conference', () => {
  it('is told when it changes, and each as Flex addresses him', () => {
    const store = fakeStore();
    const told: CoreEvent[] = [];
    new StoreWatch(store).watch((event) => void told.push(event));
    const me = one('worker', { isCurrentWorker: true, workerSid: 'WK1' });
    store.flex.participants.byCallSid = { CA9: { participantSid: 'UT9', type: 'external' } };
    const added = one('unknown', { callSid: 'CA9', onHold: true });
    const transfer = one('transfer', { callSid: undefined, workerSid: 'WQ1', connecting: true });
    store.meet(one('customer'), me, added, transfer);
    expect(told).toEqual([
      {
        kind: 'participantsChanged',
        reservation: 'WR1',
        participants: [
          { target: 'CA of customer', call: 'CA of customer', kind: 'customer', me: false, joined: true, onHold: false },
          { target: 'WK1', call: 'CA of worker', kind: 'worker', me: true, joined: true, onHold: false },
          { target: 'UT9', call: 'CA9', kind: 'external', me: false, joined: true, onHold: true },
          { target: 'WQ1', call: undefined, kind: 'transfer', me: false, joined: true, onHold: false },
        ],
      },
    ]);
    store.meet(one('customer'), me, added, transfer);
    expect(told).toHaveLength(1);
    store.meet(one('customer', { status: 'recently_left' }), me);
    expect(told.at(-1)).toMatchObject({ participants: [{ joined: false }, { joined: true }] });
  });

  it('is seen where Flex changed its store’s objects in place', () => {
    const store = fakeStore();
    const told: CoreEvent[] = [];
    new StoreWatch(store).watch((event) => void told.push(event));
    const customer = one('customer');
    store.meet(customer);
    customer.onHold = true;
    store.meet(customer);
    expect(told).toHaveLength(2);
  });

  it('is told to another core, with the selection', () => {
    const store = fakeStore();
    const watch = new StoreWatch(store);
    store.flex.view.selectedTaskSid = 'WR1';
    store.meet(one('customer'));
    for (let core = 0; core < 2; core += 1) {
      expect(watch.facts().map(({ kind }) => kind)).toEqual(['participantsChanged', 'taskSelected']);
    }
  });
});

describe('the selected task', () => {
  it('is told alone where there is one call at a time', () => {
    const store = fakeStore();
    const told: CoreEvent[] = [];
    const watch = new StoreWatch(store);
    watch.watchSelection((event) => void told.push(event));
    store.meet(one('customer'));
    expect(told).toEqual([]);
    for (const sid of ['WR1', 'WR1', '']) {
      store.flex.view = { selectedTaskSid: sid };
      store.changed();
    }
    const selected = (reservation?: string) => ({ kind: 'taskSelected', reservation });
    expect(told).toEqual([selected('WR1'), selected()]);
  });

  it('is told once, by its reservation', () => {
    const store = fakeStore();
    const told: CoreEvent[] = [];
    new StoreWatch(store).watch((event) => void told.push(event));
    for (const sid of ['WR1', 'WR1', '']) {
      store.flex.view.selectedTaskSid = sid;
      store.changed();
    }
    expect(told).toEqual([
      { kind: 'taskSelected', reservation: 'WR1' },
      { kind: 'taskSelected', reservation: undefined },
    ]);
  });
});

describe('a hold that the core orders', () => {
  const order = (participantType: string, hold: boolean) => {
    const invoke = vi.fn(async () => undefined);
    const run = holdParticipant({ invoke } as never, { afterHandover: (act) => act() });
    return { invoke, done: run({ kind: 'holdParticipant', id: 1, reservation: 'WR1', participant: 'X1', participantType, hold }) };
  };

  it('is what Flex’s own button would do, marked as ours', async () => {
    const customer = order('customer', true);
    const worker = order('worker', false);
    await Promise.all([customer.done, worker.done]);
    expect(customer.invoke).toHaveBeenCalledWith('HoldCall', { sid: 'WR1', participantCallSid: 'X1', [OWN]: true });
    expect(worker.invoke).toHaveBeenCalledWith('UnholdParticipant', {
      sid: 'WR1',
      targetSid: 'X1',
      participantType: 'worker',
      [OWN]: true,
    });
  });

  it('fails for whomever Flex would mistake for the customer', async () => {
    await expect(order('unknown', true).done).rejects.toThrow('unknown');
  });
});

describe('several calls at once', () => {
  const configured = (enabled: boolean, version = '2.17.1') => {
    const store = fakeStore();
    const voiceClient = new FakeDevice('token', {});
    const configuration = { account: 1, ui_attributes: { custom_data: { features: { multi_call: { enabled }, other: 2 } } } };
    const tell = vi.fn();
    const on = vi.fn();
    const manager = { store, voiceClient, events: { addListener: vi.fn() }, workerClient: { attributes: { contact_uri: 'client:alice' } } };
    const port = { configuration: () => configuration, tell, text: (_: string, { detail }: { detail: string }) => detail };
    const flex = { VERSION: version, Notifications: { on }, NotificationEvent: { beforeAddNotification: 'before' } };
    const multiCall = new MultiCall(flex as never, manager as never, port as never, vi.fn(), fakeTab());
    multiCall.start();
    return { multiCall, tell, on, voiceClient, configuration };
  };

  it('touch nothing of Flex unless they are switched on', () => {
    const { multiCall, tell, on, voiceClient } = configured(false);
    expect(voiceClient.listenerCount('incoming')).toBe(0);
    expect(on).not.toHaveBeenCalled();
    expect(tell).not.toHaveBeenCalled();
    expect(multiCall.facts()).toEqual([]);
  });

  it('are off, for the core too, with a lasting word to the agent, where Flex is too old', () => {
    const { multiCall, tell, voiceClient, configuration } = configured(true, '2.7.4');
    expect(tell).toHaveBeenCalledWith('Flex UI 2.7.4 is older than 2.8.', 'lastingError');
    expect(voiceClient.listenerCount('incoming')).toBe(0);
    expect(multiCall.configuration()).toEqual({
      account: 1,
      ui_attributes: { custom_data: { features: { multi_call: { enabled: false }, other: 2 } } },
    });
    expect(configuration.ui_attributes.custom_data.features.multi_call.enabled).toBe(true);
  });

  it('are on where all is there', () => {
    const { multiCall, voiceClient, configuration } = configured(true);
    expect(voiceClient.listenerCount('incoming')).toBe(2);
    expect(multiCall.configuration()).toBe(configuration);
  });

  it('need a device that can be listened to', () => {
    expect(lackingDevice(undefined)).toContain('voiceClient.on');
    expect(lackingDevice(new FakeDevice('', {}) as never)).toBeUndefined();
  });

  it('need the store as it is known', () => {
    expect(lacking('3.0.0', fakeStore())).toBeUndefined();
    expect(lacking('2.17.1', { ...fakeStore(), getState: () => ({ flex: {} }) } as never)).toContain('store');
  });
});

describe('Flex’s phone state', () => {
  it('monitors from the moment that the supervisor asks for it', () => {
    const store = fakeStore();
    const phone = new PhoneState(store);
    expect(phone.monitors).toBe(false);
    const statuses = [0, 1, 2].map((status) => {
      Object.assign(store.flex, { supervisor: { callMonitoring: { status } } });
      return phone.monitors;
    });
    expect(statuses).toEqual([false, true, true]);
  });

  it('is written only where it differs', () => {
    const store = fakeStore();
    const phone = new PhoneState(store);
    const [shown, other] = [new FakeCall('CA1') as never, new FakeCall('CA2') as never];
    phone.clear();
    phone.show(shown);
    store.flex.phone = { activeCall: shown };
    phone.show(shown);
    phone.muteChanged(other);
    phone.muteChanged(shown);
    phone.clear();
    expect(store.dispatch.mock.calls.map(([{ type }]) => type)).toEqual([
      'PHONE_ADD_CALL',
      'PHONE_TOGGLE_MUTE',
      'PHONE_REMOVE_CALL',
    ]);
  });
});

it('only the question about a second call is dropped', () => {
  let ask: (notification: { id: string }, cancel: () => void) => void = () => undefined;
  const takesSecondCall = vi.fn(() => true);
  dropSecondCallQuestion(
    {
      Notifications: { on: (_: string, listener: typeof ask) => void (ask = listener) },
      NotificationEvent: { beforeAddNotification: 'before' },
    } as never,
    { takesSecondCall },
  );
  const cancel = vi.fn();
  ask({ id: 'MicTaken' }, cancel);
  expect(takesSecondCall).not.toHaveBeenCalled();
  ask({ id: 'SecondVoiceCallIncoming' }, cancel);
  expect(cancel).toHaveBeenCalledOnce();
});

describe('a conference that outlives its agent', () => {
  const noStore = { getState: () => ({ flex: { worker: { tasks: new Map() } } }) as never, subscribe: () => () => undefined };

  it('does not hear of Flex’s wish to end with him, until he hangs up', async () => {
    const update = vi.fn(async () => undefined);
    const reservation = { sid: 'WR1', updateParticipant: update as (options: { endConferenceOnExit?: boolean }) => Promise<unknown> };
    const wrapped = () => new Proxy(reservation, {});
    outlive(wrapped(), noStore);
    outlive(wrapped(), noStore);
    await reservation.updateParticipant({ endConferenceOnExit: true });
    expect(update).not.toHaveBeenCalled();
    await reservation.updateParticipant({ endConferenceOnExit: false });
    await endWithLeg(wrapped());
    expect(update.mock.calls).toEqual([[{ endConferenceOnExit: false }], [{ endConferenceOnExit: true }]]);
  });

  it('does not end with the leg by which Flex has him join again, until he hangs up', async () => {
    const setEnd = vi.fn(async () => undefined);
    const stored = () => ({ sid: 'WR4', taskSid: 'WT4', setEndConferenceOnExit: setEnd as (participant: string, end: boolean) => Promise<unknown> });
    const tasks = new Map([['WR4', stored()]]);
    const listeners = new Set<() => void>();
    const subscribe = (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    };
    outlive({ sid: 'WR4', updateParticipant: vi.fn() }, { getState: () => ({ flex: { worker: { tasks } } }) as never, subscribe });
    await tasks.get('WR4')?.setEndConferenceOnExit('UT1', false);
    await tasks.get('WR4')?.setEndConferenceOnExit('UT2', true);
    tasks.set('WR4', stored());
    listeners.forEach((listener) => listener());
    await tasks.get('WR4')?.setEndConferenceOnExit('UT2', true);
    expect(setEnd.mock.calls).toEqual([['UT1', false]]);
    hangingUp('WR4');
    await tasks.get('WR4')?.setEndConferenceOnExit('UT2', true);
    expect(setEnd).toHaveBeenLastCalledWith('UT2', true);
    tasks.clear();
    listeners.forEach((listener) => listener());
    expect(listeners.size).toBe(0);
  });

  it('is one although Flex has ordered the contrary before', async () => {
    const update = vi.fn(async () => undefined);
    const reservation = { sid: 'WR3', updateParticipant: update as (options: { endConferenceOnExit?: boolean }) => Promise<unknown> };
    keepConference({ reservation: () => reservation as never, outlive: () => outlive(reservation, noStore) })({ kind: 'keepConference', reservation: 'WR3' });
    await reservation.updateParticipant({ endConferenceOnExit: true });
    expect(update.mock.calls).toEqual([[{ endConferenceOnExit: false }]]);
  });

  it('that was not made to is ended all the same', async () => {
    const updateParticipant = vi.fn(async () => undefined);
    await endWithLeg({ sid: 'WR2', updateParticipant });
    expect(updateParticipant).toHaveBeenCalledWith({ endConferenceOnExit: true });
  });
});
