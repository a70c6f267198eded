import { describe, expect, it, vi } from 'vitest';
import type { Notice } from '../src/core/types';
import { loadDirectory } from '../src/effects/loadDirectory';
import { listQueues } from '../src/effects/listQueues';
import { loadQueues } from '../src/effects/loadQueues';
import { startOutboundCall } from '../src/effects/startOutboundCall';
import { transferTask } from '../src/effects/transferTask';
import { watchPeople } from '../src/effects/watchPeople';
import { notify } from '../src/effects/notify';
import { snapshot, watchReservations } from '../src/flex-hooks/events/reservations';
import { FlexPort } from '../src/flex/port';
import { textFrom } from '../src/strings';

function query(rows: Record<string, object>) {
  const listeners: Record<string, (item: { key: string; value?: object }) => void> = {};
  let closed = false;
  return {
    // As twilio-sync does.
    getItems: () => {
      if (closed) throw new Error('Invalid operation on closed object');
      return rows;
    },
    on: (event: string, listener: (item: { key: string; value?: object }) => void) => void (listeners[event] = listener),
    close: vi.fn(() => void (closed = true)),
    emit: (event: string, item: { key: string; value?: object }) => listeners[event]?.(item),
  };
}

describe('a call by an application', () => {
  const order = {
    destination: 'app:AP1?worker_sid=WK2',
    queue: 'WQ1',
    attributes: {
      name: 'Bob',
      internal_outbound_to: 'Bob',
      conversations: { conversation_id: '1-2' },
      internal_call: { role: 'caller' as const },
    },
  };

  it("is started by Flex's own action", async () => {
    const invokeAction = vi.fn(async () => undefined);
    const port = new FlexPort({ Actions: { invokeAction } } as never, {} as never, textFrom(() => ({})));
    expect(await startOutboundCall(port)({ kind: 'startOutboundCall', id: 1, order })).toEqual({ kind: 'done' });
    expect(invokeAction).toHaveBeenCalledWith('StartOutboundCall', {
      destination: order.destination,
      queueSid: 'WQ1',
      taskAttributes: order.attributes,
    });
  });

  it('that Flex refuses is refused', async () => {
    const invokeAction = vi.fn(() => Promise.reject(new Error('VOICE_CALL_ALREADY_LIVE')));
    const port = new FlexPort({ Actions: { invokeAction } } as never, {} as never, textFrom(() => ({})));
    await expect(startOutboundCall(port)({ kind: 'startOutboundCall', id: 1, order })).rejects.toThrow('VOICE_CALL_ALREADY_LIVE');
  });
});

describe('the directory', () => {
  it('is the first in the index and the first who are there, then every change', async () => {
    const live = query({ WK1: { friendly_name: 'bob' } });
    const there = query({ WK9: { friendly_name: 'erin' }, WK8: { friendly_name: 'older' } });
    const liveQuery = vi.fn(async (_index: string, expression: string) => {
      if (expression === '') return live;
      live.emit('itemUpdated', { key: 'WK8', value: { friendly_name: 'newer' } });
      return there;
    });
    const dispatch = vi.fn();
    const load = loadDirectory({ insights: () => ({ liveQuery }) } as unknown as FlexPort, dispatch);
    expect(await load({ kind: 'loadDirectory', id: 1, offline: 'WA7' })).toEqual({
      kind: 'people',
      people: [
        { friendly_name: 'bob', worker_sid: 'WK1' },
        { friendly_name: 'erin', worker_sid: 'WK9' },
      ],
    });
    expect(there.close).toHaveBeenCalledOnce();
    expect(live.close).not.toHaveBeenCalled();
    expect(liveQuery).toHaveBeenCalledWith('tr-worker', 'data.worker_activity_sid != "WA7"');
    live.emit('itemUpdated', { key: 'WK2', value: { friendly_name: 'carol' } });
    live.emit('itemUpdated', { key: 'WK3', value: { worker_sid: 'somebody else' } });
    live.emit('itemRemoved', { key: 'WK1' });
    expect(dispatch.mock.calls).toEqual([
      [{ kind: 'personChanged', person: { friendly_name: 'newer', worker_sid: 'WK8' } }],
      [{ kind: 'personChanged', person: { friendly_name: 'carol', worker_sid: 'WK2' } }],
      [{ kind: 'personChanged', person: { worker_sid: 'WK3' } }],
      [{ kind: 'personRemoved', worker: 'WK1' }],
    ]);
  });

  it('asked for again closes the older query, whose changes no longer count', async () => {
    const [first, second] = [query({}), query({})];
    const liveQuery = vi.fn().mockResolvedValueOnce(first).mockResolvedValueOnce(second);
    const dispatch = vi.fn();
    const load = loadDirectory({ insights: () => ({ liveQuery }) } as unknown as FlexPort, dispatch);
    await load({ kind: 'loadDirectory', id: 1, offline: undefined });
    await load({ kind: 'loadDirectory', id: 2, offline: undefined });
    expect(liveQuery).toHaveBeenCalledWith('tr-worker', '');
    expect(first.close).toHaveBeenCalledOnce();
    first.emit('itemUpdated', { key: 'WK1', value: {} });
    expect(dispatch).not.toHaveBeenCalled();
  });
});

describe('the rows on the screen', () => {
  const NEVER = new Promise<never>(() => undefined);
  /** `calls`: the answers of the index of reservations; none ever comes without them. */
  const watching = (queries: ReturnType<typeof query>[], calls: Promise<ReturnType<typeof query>>[] = []) => {
    const liveQuery = vi.fn((index: string, _expression: string) =>
      index === 'tr-reservation' ? (calls.shift() ?? NEVER) : Promise.resolve(queries.shift()),
    );
    const asked = () => liveQuery.mock.calls.filter(([index]) => index === 'tr-worker');
    const dispatch = vi.fn();
    const watch = watchPeople({ insights: () => ({ liveQuery }) } as unknown as FlexPort, dispatch);
    return { liveQuery, asked, dispatch, watch };
  };

  it('are asked for by their SIDs, then every change of theirs is told', async () => {
    const rows = query({ WK1: { activity_name: 'Break' } });
    const { watch, asked, dispatch } = watching([rows]);
    const people = [{ activity_name: 'Break', worker_sid: 'WK1' }];
    expect(await watch({ kind: 'watchPeople', id: 1, workers: ['WK1', 'WK2'] })).toEqual({ kind: 'people', people });
    expect(asked()).toEqual([['tr-worker', 'data.worker_sid IN ["WK1", "WK2"]']]);
    rows.emit('itemUpdated', { key: 'WK2', value: { activity_name: 'Offline' } });
    rows.emit('itemRemoved', { key: 'WK1' });
    expect(dispatch.mock.calls).toEqual([
      [{ kind: 'personChanged', person: { activity_name: 'Offline', worker_sid: 'WK2' } }],
      [{ kind: 'personRemoved', worker: 'WK1' }],
    ]);
  });

  it('have one query, which stays until the next is open; nobody on the screen closes it and asks nothing', async () => {
    const [first, second] = [query({}), query({})];
    const { watch, asked, dispatch } = watching([first, second]);
    await watch({ kind: 'watchPeople', id: 1, workers: ['WK1'] });
    const next = watch({ kind: 'watchPeople', id: 2, workers: ['WK2'] });
    expect(first.close).not.toHaveBeenCalled();
    await next;
    expect(first.close).toHaveBeenCalledOnce();
    first.emit('itemUpdated', { key: 'WK1', value: {} });
    expect(dispatch).not.toHaveBeenCalled();
    expect(await watch({ kind: 'watchPeople', id: 3, workers: [] })).toEqual({ kind: 'people', people: [] });
    expect(second.close).toHaveBeenCalledOnce();
    expect(asked()).toHaveLength(2);
  });

  it('that were there before leave no query open behind them', async () => {
    const [slow, quick] = [query({}), query({})];
    const { watch, liveQuery } = watching([quick]);
    let opened: (late: ReturnType<typeof query>) => void = () => undefined;
    liveQuery.mockImplementationOnce(() => new Promise((resolve) => (opened = resolve)));
    const late = watch({ kind: 'watchPeople', id: 1, workers: ['WK1'] });
    await watch({ kind: 'watchPeople', id: 2, workers: ['WK2'] });
    opened(slow);
    await expect(late).rejects.toThrow('Superseded');
    expect(slow.close).toHaveBeenCalledOnce();
    expect(quick.close).not.toHaveBeenCalled();
  });

  it('tell their calls, all of them at every change, until others are on the screen', async () => {
    const [work, next] = [query({ WR1: { worker_sid: 'WK1' } }), query({})];
    const { watch, liveQuery, dispatch } = watching([query({}), query({})], [Promise.resolve(work), Promise.resolve(next)]);
    const workers = ['WK1', 'WK2'];
    await watch({ kind: 'watchPeople', id: 1, workers });
    const calls = 'data.worker_sid IN ["WK1", "WK2"] AND data.task_channel_unique_name == "voice" AND data.status == "accepted"';
    expect(liveQuery).toHaveBeenCalledWith('tr-reservation', calls);
    await vi.waitFor(() => expect(dispatch).toHaveBeenLastCalledWith({ kind: 'workTold', workers, work: [{ worker_sid: 'WK1' }] }));
    work.emit('itemUpdated', { key: 'WR2', value: { worker_sid: 'WK2' } });
    expect(dispatch).toHaveBeenLastCalledWith({ kind: 'workTold', workers, work: [{ worker_sid: 'WK1' }, { worker_sid: 'WK2' }] });
    work.emit('itemRemoved', { key: 'WR1' });
    expect(dispatch).toHaveBeenLastCalledWith({ kind: 'workTold', workers, work: [{ worker_sid: 'WK2' }] });
    await watch({ kind: 'watchPeople', id: 2, workers: ['WK3'] });
    await vi.waitFor(() => expect(dispatch).toHaveBeenLastCalledWith({ kind: 'workTold', workers: ['WK3'], work: [] }));
    expect(work.close).toHaveBeenCalledOnce();
    work.emit('itemRemoved', { key: 'WR2' });
    expect(dispatch).toHaveBeenCalledTimes(4);
  });

  it('are told without their calls where those may not be known', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const refused = Promise.reject(new Error('403'));
    refused.catch(() => undefined);
    const { watch, dispatch } = watching([query({})], [refused]);
    expect(await watch({ kind: 'watchPeople', id: 1, workers: ['WK1'] })).toEqual({ kind: 'people', people: [] });
    await vi.waitFor(() => expect(dispatch).toHaveBeenCalledWith({ kind: 'workTold', workers: ['WK1'] }));
    warn.mockRestore();
  });
});

describe('a notice', () => {
  const told = (...notices: Notice[]) => {
    vi.stubGlobal('document', { hidden: false });
    const showNotification = vi.fn();
    const dispatch = vi.fn();
    const port = new FlexPort({ Notifications: { showNotification } } as never, {} as never, textFrom(() => ({})));
    notices.forEach((notice) => void notify(port, dispatch)({ kind: 'notify', notice }));
    return { shown: showNotification.mock.calls, dispatch };
  };

  it('is an error, but for a colleague who does not answer, and stays if it does not pass by itself', () => {
    const { shown } = told(
      { kind: 'callNotPlaced', detail: 'error 500' },
      { kind: 'unanswered', name: 'Bob Brown', why: { kind: 'noAnswer' } },
      { kind: 'misconfigured', key: 'workflow_sid', place: 'flex' },
    );
    expect(shown).toEqual([
      ['BacklineError', { text: expect.stringContaining('error 500') }],
      ['BacklineInformation', { text: expect.stringContaining('Bob Brown did not answer') }],
      ['BacklineLastingError', { text: expect.stringContaining('workflow_sid') }],
    ]);
  });

  it('of a missed call calls back, where there is somebody to call', () => {
    const back = { worker: 'WK2', contactUri: 'client:bob', name: 'Bob Brown' };
    const { shown, dispatch } = told({ kind: 'missed', name: 'Bob Brown', back }, { kind: 'missed', name: 'Bob Brown', back: undefined });
    expect(shown.map(([id]) => id)).toEqual(['BacklineMissed', 'BacklineLastingInformation']);
    expect(dispatch).not.toHaveBeenCalled();
    shown[0]?.[1].callBack();
    expect(dispatch).toHaveBeenCalledWith({ kind: 'callBackPressed', callee: back });
  });

  it('of a colleague who is free calls him', () => {
    const callee = { worker: 'WK2', contactUri: 'client:bob', name: 'Bob Brown' };
    const { shown, dispatch } = told({ kind: 'free', callee });
    expect(shown).toEqual([['BacklineFree', { text: expect.stringContaining('Bob Brown is free'), callBack: expect.any(Function) }]]);
    expect(dispatch).not.toHaveBeenCalled();
    shown[0]?.[1].callBack();
    expect(dispatch).toHaveBeenCalledWith({ kind: 'callBackPressed', callee });
  });

  it('of a call that came and went unheard calls back, too, and claims nothing of what became of it', () => {
    const back = { worker: 'WK2', contactUri: 'client:bob', name: 'Bob Brown' };
    const { shown, dispatch } = told({ kind: 'calledMeanwhile', name: 'Bob Brown', back });
    expect(shown).toEqual([['BacklineMissed', { text: 'Bob Brown called while this window had no connection.', callBack: expect.any(Function) }]]);
    shown[0]?.[1].callBack();
    expect(dispatch).toHaveBeenCalledWith({ kind: 'callBackPressed', callee: back });
  });
});

describe('queues', () => {
  it('that can be called are asked for with the agent’s own token, and answered as they are', async () => {
    const outcome = { kind: 'queues' as const, queues: ['Sales'] };
    const perform = vi.fn(async () => outcome);
    const flex = { token: () => 'his' } as unknown as FlexPort;
    const request = { url: 'https://f.example/internal-call/flex/queues', form: [] };
    expect(await listQueues(flex, perform)({ kind: 'listQueues', id: 1, request })).toBe(outcome);
    expect(perform).toHaveBeenCalledWith(request, 'his');
  });

  it('are named as either version of the SDK names them', async () => {
    const queues = new Map([
      ['WQ1', { queueName: 'Sales', name: 'x' }],
      ['WQ2', { name: 'Support' }],
    ]);
    const workspaceClient = { fetchTaskQueues: async () => queues };
    const port = new FlexPort({} as never, { workspaceClient } as never, textFrom(() => ({})));
    expect(await loadQueues(port)({ kind: 'loadQueues', id: 1 })).toEqual({ kind: 'queues', queues: ['Sales', 'Support'] });
    expect(await port.queueSid('Support')).toBe('WQ2');
    await expect(port.queueSid('Sails')).rejects.toThrow('There is no queue Sails.');
  });
});

describe('a call that is handed over', () => {
  const handed = async (to: { kind: 'worker'; worker: string } | { kind: 'queue'; queue: string }) => {
    const invokeAction = vi.fn(async () => undefined);
    const workspaceClient = { fetchTaskQueues: async () => new Map([['WQ1', { name: 'Sales' }]]) };
    const port = new FlexPort({ Actions: { invokeAction } } as never, { workspaceClient } as never, textFrom(() => ({})));
    expect(await transferTask(port)({ kind: 'transferTask', id: 1, reservation: 'WR1', to })).toEqual({ kind: 'done' });
    return invokeAction;
  };

  it("goes by Flex's own warm transfer, to a colleague or a queue", async () => {
    const options = { mode: 'WARM' };
    expect(await handed({ kind: 'worker', worker: 'WK2' })).toHaveBeenCalledWith('TransferTask', { sid: 'WR1', targetSid: 'WK2', options });
    expect(await handed({ kind: 'queue', queue: 'Sales' })).toHaveBeenCalledWith('TransferTask', { sid: 'WR1', targetSid: 'WQ1', options });
  });
});

describe('reservations', () => {
  const emitter = <T extends object>(fields: T) => {
    const listeners = new Map<string, () => void>();
    return { ...fields, on: (event: string, listener: () => void) => void listeners.set(event, listener), emit: (event: string) => listeners.get(event)?.() };
  };
  it('are told as they are at each change, with the attributes of their task', () => {
    const task = emitter({ sid: 'WT1', attributes: { client_call: true } as Record<string, unknown> });
    const reservation = Object.assign(emitter({ sid: 'WR1', task }), { status: 'pending' });
    const dispatch = vi.fn();
    const over = vi.fn();
    let created: (r: unknown) => void = () => undefined;
    const worker = {
      reservations: new Map(),
      on: (event: string, listener: (r: unknown) => void) => void (event === 'reservationCreated' && (created = listener)),
    };
    watchReservations({ worker: () => worker, over } as unknown as FlexPort, dispatch);
    created(reservation);
    task.attributes.name = 'Bob';
    task.emit('updated');
    reservation.status = 'accepted';
    reservation.emit('accepted');
    expect(dispatch.mock.calls.map(([event]) => event.reservation.status)).toEqual(['pending', 'pending', 'accepted']);
    expect(dispatch.mock.calls[1]?.[0].reservation).toMatchObject({ sid: 'WR1', taskSid: 'WT1', attributes: { name: 'Bob' } });
    expect(over).toHaveBeenCalledWith('WR1');
    expect(over).toHaveBeenCalledOnce();
  });

  it('say since when they are on offer, by the clock of TaskRouter', () => {
    const [created, dateCreated] = [new Date(5000), new Date(2000)];
    const task = { sid: 'WT1', attributes: {}, dateCreated, age: 9 };
    expect(snapshot({ sid: 'WR1', status: 'pending', dateCreated: created, task } as never)).toMatchObject({ created: 5000, taskCreated: 2000, taskAge: 9 });
  });

  it('that changed or ended while the event bridge was away are told once it is back', () => {
    const reservation = (sid: string, status: string) =>
      Object.assign(emitter({ sid, task: emitter({ sid: `task of ${sid}`, attributes: {} }) }), { status });
    const dispatch = vi.fn();
    let ready = () => undefined as void;
    const worker = {
      reservations: new Map(),
      on: (event: string, listener: () => void) => void (event === 'ready' && (ready = listener)),
    };
    for (const [sid, status] of [['WR1', 'pending'], ['WR2', 'accepted'], ['WR3', 'pending']] as const) {
      worker.reservations.set(sid, reservation(sid, status));
    }
    watchReservations({ worker: () => worker, over: vi.fn() } as unknown as FlexPort, dispatch);
    worker.reservations = new Map([['WR1', reservation('WR1', 'accepted')]]);
    ready();
    const told = dispatch.mock.calls.map(([event]) => [event.reservation.sid, event.reservation.status]);
    expect(told).toEqual([['WR2', 'gone'], ['WR3', 'gone'], ['WR1', 'accepted']]);
    worker.reservations.get('WR1').status = 'wrapping';
    worker.reservations.get('WR1').emit('wrapup');
    expect(dispatch).toHaveBeenLastCalledWith(expect.objectContaining({ reservation: expect.objectContaining({ status: 'wrapping' }) }));
  });
});
