import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';

/** The SDK routes the task to this agent himself: see https://www.twilio.com/docs/taskrouter/js-sdk-v2/worker. */
export const createTask =
  (flex: FlexPort): Handler<'createTask'> =>
  async ({ order }) => {
    const task = await flex.worker().createTask(order.to, order.from, order.workflow, order.queue, {
      attributes: order.attributes,
      taskChannelUniqueName: order.taskChannel,
    });
    return { kind: 'taskCreated', task };
  };
