import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';

/** Flex may have ordered the contrary before the core was there. */
export const keepConference =
  (flex: Pick<FlexPort, 'outlive' | 'reservation'>): Handler<'keepConference'> =>
  ({ reservation }) => {
    flex.outlive(reservation);
    flex.reservation(reservation).updateParticipant({ endConferenceOnExit: false }).catch((error: unknown) => {
      console.warn('[backline] The conference may end with this agent:', error);
    });
  };
