import type * as Flex from '@twilio/flex-ui';
import type { Dispatcher } from '../../core/dispatcher';
import type { FlexAction } from '../../core/types';

/** What Flex and plugins call these actions with: a task, or only the SID of its reservation. */
interface Payload {
  sid?: string;
  task?: { sid?: string; taskSid?: string };
}

/**
 * Asks the core before Flex's own action runs. Replacing with fall-through and not aborting in a before-listener:
 * that would suppress everybody's after-listeners.
 */
export function replaceWithVerdict(
  actions: Pick<typeof Flex.Actions, 'replaceAction'>,
  dispatcher: Pick<Dispatcher, 'ask'>,
  name: string,
  action: FlexAction,
): void {
  actions.replaceAction(name, async (payload: Payload | undefined, original) => {
    const ruling = await dispatcher.ask(action, payload?.sid ?? payload?.task?.sid, payload?.task?.taskSid);
    switch (ruling.kind) {
      case 'pass':
        return original(payload);
      case 'ignore':
        return undefined;
      case 'replaced': {
        const outcome = await ruling.outcome;
        if (outcome.kind === 'failed') throw new Error(outcome.failure.message);
        if (outcome.kind === 'answered' && outcome.status >= 300) throw new Error(outcome.message);
        return undefined;
      }
    }
  });
}
