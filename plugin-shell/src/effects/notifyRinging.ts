import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';
import { showDesktop } from './desktop';

/** The agent who looks at another tab learns that a colleague calls. */
export const notifyRinging =
  (flex: FlexPort): Handler<'notifyRinging'> =>
  ({ from, reservation }) => {
    const body = flex.text('BacklineRingingBody', { name: from });
    const onClick = () => void flex.invoke('SelectTask', { sid: reservation }).catch(() => undefined);
    const notification = showDesktop(flex.text('BacklineRingingTitle'), body, { tag: reservation, onClick });
    if (notification) flex.whenOver(reservation, () => notification.close());
  };
