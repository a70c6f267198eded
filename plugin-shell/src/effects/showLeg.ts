import type { Handler } from '../core/executor';
import type { Legs } from '../flex/legs';

export const showLeg =
  (legs: Legs): Handler<'showLeg'> =>
  ({ leg }) =>
    legs.afterHandover(() => legs.show(leg));
