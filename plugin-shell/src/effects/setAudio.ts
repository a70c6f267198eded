import type { Handler } from '../core/executor';
import type { Legs } from '../flex/legs';

/** In one synchronous step. */
export const setAudio =
  (legs: Legs): Handler<'setAudio'> =>
  ({ audio }) =>
    legs.setAudio(audio);
