import type { Handler } from '../core/executor';
import { OWN } from '../flex-hooks/actions/replace';
import type { Legs } from '../flex/legs';
import type { FlexPort } from '../flex/port';

/**
 * By the actions that Flex's own buttons invoke (flex-ui 2.17): `HoldCall` for the customer, `HoldParticipant` for a worker
 * by his SID and for somebody who was added by his participant SID. `HoldParticipant` of anybody else holds the customer.
 * They reject if Twilio refuses, or if another plugin's listener cancels them.
 */
export const holdParticipant =
  (flex: FlexPort, legs: Pick<Legs, 'afterHandover'>): Handler<'holdParticipant'> =>
  async ({ reservation, participant, participantType, hold }) => {
    await new Promise<void>((resolve) => legs.afterHandover(resolve));
    switch (participantType) {
      case 'customer':
        await flex.invoke(hold ? 'HoldCall' : 'UnholdCall', { sid: reservation, participantCallSid: participant, [OWN]: true });
        break;
      case 'worker':
      case 'external':
        await flex.invoke(hold ? 'HoldParticipant' : 'UnholdParticipant', {
          sid: reservation,
          targetSid: participant,
          participantType,
          [OWN]: true,
        });
        break;
      default:
        throw new Error(`Flex cannot put a participant of type ${participantType} on hold.`);
    }
    return { kind: 'done' };
  };
