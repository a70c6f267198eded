import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';

/** By the action that Flex's own "Consult" invokes: it rejects where Flex, or TaskRouter, does. */
export const transferTask =
  (flex: FlexPort): Handler<'transferTask'> =>
  async ({ reservation, to }) => {
    const targetSid = to.kind === 'worker' ? to.worker : await flex.queueSid(to.queue);
    await flex.invoke('TransferTask', { sid: reservation, targetSid, options: { mode: 'WARM' } });
    return { kind: 'done' };
  };
