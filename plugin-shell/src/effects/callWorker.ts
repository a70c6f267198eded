import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';

/** TaskRouter calls this agent's phone: https://www.twilio.com/docs/taskrouter/js-sdk-v2/reservation. */
export const callWorker =
  (flex: FlexPort): Handler<'callWorker'> =>
  async ({ reservation, from, url, statusCallback }) => {
    await flex.reservation(reservation).call(from, url, { accept: true, statusCallbackUrl: statusCallback });
    return { kind: 'done' };
  };
