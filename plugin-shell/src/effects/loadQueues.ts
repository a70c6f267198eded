import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';

/** The SDK turns the pages: https://www.twilio.com/docs/taskrouter/js-sdk-v2/workspace. */
export const loadQueues =
  (flex: FlexPort): Handler<'loadQueues'> =>
  async () => {
    const queues = await flex.queues();
    return { kind: 'queues', queues: queues.map(({ name }) => name) };
  };
