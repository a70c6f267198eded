import type { Handler } from '../core/executor';
import type { Legs } from '../flex/legs';
import type { FlexPort } from '../flex/port';

export const selectTask =
  (flex: FlexPort, legs: Pick<Legs, 'afterHandover'>): Handler<'selectTask'> =>
  async ({ reservation }) => {
    await new Promise<void>((resolve) => legs.afterHandover(resolve));
    await flex.invoke('SelectTask', { sid: reservation });
    return { kind: 'done' };
  };
