import type * as Flex from '@twilio/flex-ui';
import { isHandedOver } from './nativeCall';

/** What Flex gives to the parts of a participant's row and card. */
interface ParticipantProps {
  participant?: { participantType?: string };
  task?: Flex.ITask;
}

/** `ParticipantCanvas` and its `ListItem` have these (flex-ui 2.17). */
const PARTS = ['avatar', 'avatar-hover', 'name', 'status', 'statusContainer', 'actions'];

/** The silent party of a call that is handed over is nobody: Flex takes it for the customer. */
export function hideSilentParty(flex: typeof Flex): void {
  const isSilent = {
    if: ({ participant, task }: ParticipantProps) => participant?.participantType === 'customer' && isHandedOver(task?.attributes),
  };
  for (const part of PARTS) {
    flex.ParticipantCanvas.Content.remove(part, isSilent);
    flex.ParticipantCanvas.ListItem.Content.remove(part, isSilent);
  }
}
