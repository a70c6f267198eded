import * as Flex from '@twilio/flex-ui';
import type { SdkReservation } from '../../flex/port';

/**
 * Flex knows no conference of a call between agents (TaskRouter's `call` instruction made it), and tells the agent that
 * it could not fetch the participants. The notification names no task (flex-ui 2.17 shows it without a context), so it
 * is dropped only while every call that it could be about is one between agents.
 */
export function dropNeedlessParticipantsError(
  notifications: typeof Flex.Notifications,
  reservations: () => Iterable<SdkReservation>,
): void {
  notifications.on(
    Flex.NotificationEvent.beforeAddNotification,
    (notification: Flex.Notification, cancel: () => void) => {
      if (notification.id === 'FailedToFetchParticipants' && onlyInternalCalls(reservations())) cancel();
    },
  );
}

/** Whether there is a call, and none but calls between agents. */
export function onlyInternalCalls(reservations: Iterable<SdkReservation>): boolean {
  const calls = Array.from(reservations).filter(
    ({ task, status }) =>
      task.taskChannelUniqueName === 'voice' &&
      (status === 'pending' || status === 'accepted' || status === 'wrapping'),
  );
  return calls.length > 0 && calls.every(({ task }) => task.attributes.client_call === true);
}
