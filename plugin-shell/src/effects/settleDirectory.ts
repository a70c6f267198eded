import type { Handler } from '../core/executor';
import { idle } from './idle';
import type { Moment } from './idle';

/** A step takes a few milliseconds: with less left than this the next one waits. */
const STEP_MS = 5;
/** A browser calls as much as 50 ms idle (https://www.w3.org/TR/requestidlecallback/): the last step would end after them. */
const SLICE_MS = 10;

/** As many steps in each idle moment as fit into it and into a slice, one at least. */
export const settleDirectory =
  (step: () => boolean, moment: () => Promise<Moment> = idle, clock = () => performance.now()): Handler<'settleDirectory'> =>
  async () => {
    for (;;) {
      const now = await moment();
      const end = clock() + SLICE_MS;
      do {
        if (step()) return { kind: 'done' };
      } while (now.timeRemaining() > STEP_MS && clock() < end);
    }
  };
