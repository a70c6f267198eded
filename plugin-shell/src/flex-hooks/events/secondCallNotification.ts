import type * as Flex from '@twilio/flex-ui';
import type { Legs } from '../../flex/legs';

/** Flex asks the agent whether he wants to drop his call for the second one. Not where both have a device. */
export function dropSecondCallQuestion(
  { Notifications, NotificationEvent }: Pick<typeof Flex, 'Notifications' | 'NotificationEvent'>,
  legs: Pick<Legs, 'takesSecondCall'>,
): void {
  Notifications.on(NotificationEvent.beforeAddNotification, (notification: Flex.Notification, cancel: () => void) => {
    if (notification.id === 'SecondVoiceCallIncoming' && legs.takesSecondCall()) cancel();
  });
}
