import type { CoreEvent, RawReservation } from '../../core/types';
import type { FlexPort, SdkReservation } from '../../flex/port';

/** https://www.twilio.com/docs/taskrouter/js-sdk-v2/reservation#reservation-events */
const RESERVATION_EVENTS = ['accepted', 'canceled', 'completed', 'rejected', 'rescinded', 'timeout', 'wrapup'];
/** https://www.twilio.com/docs/taskrouter/js-sdk-v2/task#task-events: those that change what the core reads. */
const TASK_EVENTS = ['updated', 'canceled', 'completed', 'wrapup'];

/** Tells the core of every reservation of this agent and of every change of it or its task. */
export function watchReservations(flex: FlexPort, dispatch: (event: CoreEvent) => void): void {
  const watched = new WeakSet<SdkReservation>();
  const watch = (reservation: SdkReservation) => {
    if (watched.has(reservation)) return;
    watched.add(reservation);
    const changed = () => {
      if (reservation.status !== 'pending') flex.over(reservation.sid);
      dispatch({ kind: 'reservationChanged', reservation: snapshot(reservation) });
    };
    RESERVATION_EVENTS.forEach((event) => reservation.on(event, changed));
    TASK_EVENTS.forEach((event) => reservation.task.on(event, changed));
  };
  const worker = flex.worker();
  worker.on('reservationCreated', (reservation) => {
    watch(reservation);
    dispatch({ kind: 'reservationChanged', reservation: snapshot(reservation) });
  });
  worker.reservations.forEach(watch);
}

/** The reservation as it is now. */
export function snapshot({ sid, status, timeout, task }: SdkReservation): RawReservation {
  return { sid, status, timeout, taskSid: task.sid, attributes: task.attributes };
}
