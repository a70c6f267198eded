import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';

/** Flex checks whether a call can be placed now, makes the task, and accepts it: its own action rejects if it cannot. */
export const startOutboundCall =
  (flex: FlexPort): Handler<'startOutboundCall'> =>
  async ({ order }) => {
    await flex.invoke('StartOutboundCall', {
      destination: order.destination,
      queueSid: order.queue,
      taskAttributes: order.attributes,
    });
    return { kind: 'done' };
  };
