import type { CoreEvent, RawReservation } from '../../core/types';
import type { FlexPort, SdkReservation } from '../../flex/port';

/** https://www.twilio.com/docs/taskrouter/js-sdk-v2/reservation#reservation-events */
const RESERVATION_EVENTS = ['accepted', 'canceled', 'completed', 'rejected', 'rescinded', 'timeout', 'wrapup'];
/** https://www.twilio.com/docs/taskrouter/js-sdk-v2/task#task-events: those that change what the core reads. */
const TASK_EVENTS = ['updated', 'canceled', 'completed', 'wrapup', 'transferFailed', 'transferCanceled', 'transferCompleted'];

/** A reservation that is over in one of these ways comes up no more. */
const OVER: ReadonlyArray<RawReservation['status']> = ['canceled', 'completed', 'gone', 'rejected', 'rescinded', 'timeout'];

/**
 * Tells the core of every reservation of this agent and of every change of it or its task, also of those that came about
 * while the event bridge was away: the SDK then fetches all reservations anew, as new objects, and is `ready` once more.
 */
export function watchReservations(flex: FlexPort, dispatch: (event: CoreEvent) => void): void {
  const watched = new WeakSet<SdkReservation>();
  const live = new Map<string, RawReservation>();
  const tell = (reservation: RawReservation) => {
    if (OVER.includes(reservation.status)) live.delete(reservation.sid);
    else live.set(reservation.sid, reservation);
    if (reservation.status !== 'pending') flex.over(reservation.sid);
    dispatch({ kind: 'reservationChanged', reservation });
  };
  const watch = (reservation: SdkReservation) => {
    live.set(reservation.sid, snapshot(reservation));
    if (watched.has(reservation)) return;
    watched.add(reservation);
    const changed = () => tell(snapshot(reservation));
    RESERVATION_EVENTS.forEach((event) => reservation.on(event, changed));
    TASK_EVENTS.forEach((event) => reservation.task.on(event, changed));
  };
  const worker = flex.worker();
  worker.on('reservationCreated', (reservation) => {
    watch(reservation);
    tell(snapshot(reservation));
  });
  worker.on('ready', () => {
    for (const gone of [...live.values()].filter(({ sid }) => !worker.reservations.has(sid))) {
      tell({ ...gone, status: 'gone' });
    }
    worker.reservations.forEach((reservation) => {
      watch(reservation);
      tell(snapshot(reservation));
    });
  });
  worker.reservations.forEach(watch);
}

/** The reservation as it is now. */
export function snapshot({ sid, status, timeout, dateCreated, task, transfer }: SdkReservation): RawReservation {
  const { sid: taskSid, taskChannelUniqueName: channel, age: taskAge, reason, attributes, transfers } = task;
  const [created, taskCreated] = [dateCreated, task.dateCreated].map((date) => date?.getTime());
  const asked = transfers?.outgoing;
  const outgoing = asked?.status === undefined ? undefined : { status: asked.status, reason: asked.transferFailedReason ?? undefined };
  const transferred = transfer?.sid !== undefined;
  return { sid, status, timeout, created, taskSid, taskCreated, taskAge, channel, reason, transferred, outgoing, attributes };
}
