import React from 'react';
import * as Flex from '@twilio/flex-ui';

/** How grave a message is: what went wrong, or what happened as it may. */
export type Severity = 'error' | 'information';

/** The Flex notifications through which the agent is told something. */
export const NOTIFICATIONS: Record<Severity, string> = {
  error: 'BacklineError',
  information: 'BacklineInformation',
};

/** Long enough to read two sentences twice; and one. */
const SHOWN_MS: Record<Severity, number> = { error: 20_000, information: 10_000 };

export function registerNotifications(flex: typeof Flex): void {
  for (const severity of ['error', 'information'] as const) {
    flex.Notifications.registerNotification({
      id: NOTIFICATIONS[severity],
      type: flex.NotificationType[severity],
      timeout: SHOWN_MS[severity],
      closeButton: true,
      content: <NotificationText />,
    });
  }
}

/** The text as it is: no template, so that a name with a brace or an ampersand shows as it is written. */
function NotificationText({ notificationContext }: { notificationContext?: { text?: string } }): React.ReactElement {
  return <>{notificationContext?.text}</>;
}
