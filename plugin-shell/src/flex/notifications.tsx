import React from 'react';
import * as Flex from '@twilio/flex-ui';

/** How a message is shown. */
export type Kind = 'error' | 'information' | 'lastingError' | 'lastingInformation' | 'missed' | 'free';

/** The Flex notifications through which the agent is told something. */
export const NOTIFICATIONS: Record<Kind, string> = {
  error: 'BacklineError',
  information: 'BacklineInformation',
  lastingError: 'BacklineLastingError',
  lastingInformation: 'BacklineLastingInformation',
  missed: 'BacklineMissed',
  free: 'BacklineFree',
};

/** Long enough to read two sentences twice; and one. The others stay until the agent closes them. */
const SHOWN_MS: Partial<Record<Kind, number>> = { error: 20_000, information: 10_000 };
const ERRORS: readonly Kind[] = ['error', 'lastingError'];

/** What a notification is shown with. */
export interface NotificationContext {
  text: string;
  /** Of a missed call, or of a colleague who is free now. */
  callBack?: () => void;
}

/** What stands on the button of those that call somebody. */
export type CallLabels = Record<'missed' | 'free', string>;

export function registerNotifications(flex: typeof Flex, labels: CallLabels): void {
  for (const kind of Object.keys(NOTIFICATIONS) as Kind[]) {
    flex.Notifications.registerNotification({
      id: NOTIFICATIONS[kind],
      type: flex.NotificationType[ERRORS.includes(kind) ? 'error' : 'information'],
      timeout: SHOWN_MS[kind],
      closeButton: true,
      content: <NotificationText />,
      actions: kind === 'missed' || kind === 'free' ? [callBack(flex, labels[kind])] : undefined,
    });
  }
}

function callBack(flex: typeof Flex, label: string): React.ReactElement {
  const pressed = (_: unknown, notification: Flex.Notification) => {
    flex.Notifications.dismissNotification(notification);
    (notification.context as NotificationContext | undefined)?.callBack?.();
  };
  return <flex.NotificationBar.Action key="call-back" label={label} onClick={pressed} />;
}

/** The text as it is: no template, so that a name with a brace or an ampersand shows as it is written. */
function NotificationText({ notificationContext }: { notificationContext?: { text?: string } }): React.ReactElement {
  return <>{notificationContext?.text}</>;
}
