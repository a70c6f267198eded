import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';

export const selectTask =
  (flex: FlexPort): Handler<'selectTask'> =>
  async ({ reservation }) => {
    await flex.invoke('SelectTask', { sid: reservation });
    return { kind: 'done' };
  };
