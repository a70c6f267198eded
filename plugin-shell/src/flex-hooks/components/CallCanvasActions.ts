import type * as Flex from '@twilio/flex-ui';

/** A call between agents cannot be transferred by Flex: it does not know the conference. */
export function hideTransferOnInternalCalls(flex: typeof Flex): void {
  flex.CallCanvasActions.Content.remove('directory', {
    if: (props: { task?: Flex.ITask }) => props.task?.attributes?.client_call === true,
  });
}
