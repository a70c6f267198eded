import type * as Flex from '@twilio/flex-ui';
import { isHandedOver } from './nativeCall';

/** A call between agents cannot be transferred by Flex: it does not know the conference. */
export function hideTransferOnInternalCalls(flex: typeof Flex): void {
  flex.CallCanvasActions.Content.remove('directory', {
    if: (props: { task?: Flex.ITask }) => props.task?.attributes?.client_call === true,
  });
}

/** Flex's own button would hold the silent party of a call that is handed over; each colleague's has his own. */
export function hideHoldOfSilentParty(flex: typeof Flex): void {
  flex.CallCanvasActions.Content.remove('hold', {
    if: (props: { task?: Flex.ITask }) => isHandedOver(props.task?.attributes),
  });
}
