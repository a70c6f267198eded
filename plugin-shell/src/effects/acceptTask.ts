import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';

export const acceptTask =
  (flex: FlexPort): Handler<'acceptTask'> =>
  async ({ reservation }) => {
    await flex.invoke('AcceptTask', { sid: reservation });
    return { kind: 'done' };
  };
