import type { Handler } from '../core/executor';
import type { Legs } from '../flex/legs';

export const endListening =
  (legs: Pick<Legs, 'endListening'>): Handler<'endListening'> =>
  ({ leg }) =>
    legs.endListening(leg);
