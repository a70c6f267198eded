import React from 'react';
import * as Flex from '@twilio/flex-ui';

/** The one Flex notification through which the agent is told what went wrong, and what to do. */
export const ERROR_NOTIFICATION = 'BacklineError';

/** Long enough to read two sentences twice. */
const SHOWN_MS = 20_000;

export function registerErrorNotification(flex: typeof Flex): void {
  flex.Notifications.registerNotification({
    id: ERROR_NOTIFICATION,
    type: flex.NotificationType.error,
    timeout: SHOWN_MS,
    closeButton: true,
    content: <NotificationText />,
  });
}

/** The text as it is: no template, so that a name with a brace or an ampersand shows as it is written. */
function NotificationText({ notificationContext }: { notificationContext?: { text?: string } }): React.ReactElement {
  return <>{notificationContext?.text}</>;
}
