import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';

/** The agent who looks at another tab learns that a colleague calls. Asks for no permission: see `askPermission`. */
export const notifyRinging =
  (flex: FlexPort): Handler<'notifyRinging'> =>
  ({ from, reservation }) => {
    if (!document.hidden || typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
    const notification = new Notification(flex.text('BacklineRingingTitle'), {
      body: flex.text('BacklineRingingBody', { name: from }),
      tag: reservation,
      requireInteraction: true,
    });
    notification.onclick = () => {
      window.focus();
      notification.close();
      void flex.invoke('SelectTask', { sid: reservation }).catch(() => undefined);
    };
    flex.whenOver(reservation, () => notification.close());
  };

/** Browsers grant it at a user's gesture only; asked once, at his first use of the panel. */
export function askPermission(): void {
  if (typeof Notification !== 'undefined' && Notification.permission === 'default') {
    void Promise.resolve(Notification.requestPermission()).catch(() => undefined);
  }
}
