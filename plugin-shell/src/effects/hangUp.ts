import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';

/** Asks the core like any other: it puts the call into Flex's phone state first. */
export const hangUp =
  (flex: FlexPort): Handler<'hangUp'> =>
  async ({ reservation }) => {
    await flex.invoke('HangupCall', { sid: reservation });
    return { kind: 'done' };
  };
