import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';

export const completeTask =
  (flex: FlexPort): Handler<'completeTask'> =>
  async ({ reservation }) => {
    await flex.invoke('CompleteTask', { sid: reservation });
    return { kind: 'done' };
  };
