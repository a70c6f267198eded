/** A desktop notification for an agent who looks at another tab, if he allowed them. Asks for no permission: see below. */
export function showDesktop(
  title: string,
  body: string,
  { tag, onClick }: { tag: string; onClick?: () => void },
): Notification | undefined {
  if (!document.hidden || typeof Notification === 'undefined' || Notification.permission !== 'granted') return undefined;
  const notification = new Notification(title, { body, tag, requireInteraction: true });
  notification.onclick = () => {
    window.focus();
    notification.close();
    onClick?.();
  };
  return notification;
}

/** Browsers grant it at a user's gesture only; asked once, at his first use of the panel. */
export function askPermission(): void {
  if (typeof Notification !== 'undefined' && Notification.permission === 'default') {
    void Promise.resolve(Notification.requestPermission()).catch(() => undefined);
  }
}
