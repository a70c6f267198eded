import type { Handler } from '../core/executor';
import { outlive } from '../flex/internals';
import type { FlexPort } from '../flex/port';

/** Flex may have ordered the contrary before the core was there. */
export const keepConference =
  (flex: Pick<FlexPort, 'reservation'>): Handler<'keepConference'> =>
  ({ reservation }) => {
    const own = flex.reservation(reservation);
    outlive(own);
    own.updateParticipant({ endConferenceOnExit: false }).catch((error: unknown) => {
      console.warn('[backline] The conference may end with this agent:', error);
    });
  };
