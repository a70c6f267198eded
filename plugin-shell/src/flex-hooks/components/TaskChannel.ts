import type * as Flex from '@twilio/flex-ui';
import { isBetweenAgents, isHandedOver } from './nativeCall';

/**
 * Names a call between agents by the colleague: Flex shows an outbound call's address (`client:bob`, `app:AP…`) instead. All else
 * is Flex's own voice channel: https://www.twilio.com/docs/flex/developer/ui/task-channel-definitions.
 */
export function nameInternalCalls(flex: typeof Flex): void {
  const channel = flex.DefaultTaskChannels.createCallTaskChannel(
    'internal-call',
    (task) => task.taskChannelUniqueName === 'voice' && isBetweenAgents(task.attributes),
  );
  const templates = channel.templates ?? {};
  channel.templates = {
    ...templates,
    TaskListItem: { ...templates.TaskListItem, firstLine: otherParty },
    TaskCanvasHeader: { ...templates.TaskCanvasHeader, title: otherParty },
    TaskCard: { ...templates.TaskCard, firstLine: otherParty },
    IncomingTaskCanvas: { ...templates.IncomingTaskCanvas, firstLine: otherParty },
    // Its second line is the caller ID and the queue of an outbound call: a colleague sees neither.
    ConnectingOutboundCallCanvas: { ...templates.ConnectingOutboundCallCanvas, firstLine: otherParty, secondLine: () => '' },
  };
  flex.TaskChannels.register(channel);
}

/** His name; of a call to a queue that nobody took yet, the queue's. */
export function otherParty(task: Pick<Flex.ITask, 'attributes' | 'defaultFrom' | 'incomingTransferObject'>): string {
  const { name, fromName, callToQueue } = (task.attributes ?? {}) as { name?: unknown; fromName?: unknown; callToQueue?: unknown };
  // Whoever was handed the caller's own task talks to the caller.
  const other = isHandedOver(task.attributes) && task.incomingTransferObject ? fromName : name;
  const known = [other, callToQueue].find((text) => typeof text === 'string' && text !== '');
  return (known as string | undefined) ?? task.defaultFrom;
}
