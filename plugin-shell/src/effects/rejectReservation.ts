import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';

/** By the SDK and not by Flex's action, which would ask the core again. */
export const rejectReservation =
  (flex: FlexPort): Handler<'rejectReservation'> =>
  async ({ reservation }) => {
    await flex.reservation(reservation).reject();
    return { kind: 'done' };
  };
