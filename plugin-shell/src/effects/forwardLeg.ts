import type { Handler } from '../core/executor';
import type { Legs } from '../flex/legs';

export const forwardLeg =
  (legs: Legs): Handler<'forwardLeg'> =>
  async ({ leg }) => {
    await legs.forward(leg);
    return { kind: 'done' };
  };
