import type { Handler } from '../core/executor';
import { idle } from './idle';
import type { Moment } from './idle';

/** A step takes a few milliseconds: with less left than this the next one waits. */
const STEP_MS = 5;

/** As many steps in each idle moment as fit into it, one at least. */
export const settleDirectory =
  (step: () => boolean, moment: () => Promise<Moment> = idle): Handler<'settleDirectory'> =>
  async () => {
    for (;;) {
      const now = await moment();
      do {
        if (step()) return { kind: 'done' };
      } while (now.timeRemaining() > STEP_MS);
    }
  };
