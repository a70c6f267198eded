import type * as Flex from '@twilio/flex-ui';
import type { Dispatcher, Ruling } from '../../core/dispatcher';
import { failed } from '../../core/executor';
import type { FlexAction, Outcome } from '../../core/types';

/** In a payload: invoked on the core's own order, which is not to be asked what becomes of it. */
export const OWN = 'backlineOrder';

/** The core is told when these are over. */
const TOLD: readonly FlexAction[] = ['acceptTask', 'hangupCall'];

/** What Flex and plugins call these actions with: a task, or only the SID of its reservation. */
interface Payload {
  sid?: string;
  task?: { sid?: string; taskSid?: string };
  targetSid?: string;
  /** `AcceptTask`: how the conference is made. */
  conferenceOptions?: object;
  [OWN]?: true;
}

/** How long the conference of a reservation lasts: longer than this agent's leg, or not. */
export interface Lasting {
  outlive(reservation: string): void;
  endWithLeg(reservation: string): Promise<void>;
  /** The agent hangs up. */
  hangingUp(reservation: string): void;
}

/** How long hanging up waits for that: then the leg ends all the same. */
const END_WAIT_MS = 2000;

/**
 * Asks the core before Flex's own action runs. Replacing with fall-through and not aborting in a before-listener:
 * that would suppress everybody's after-listeners.
 */
export function replaceWithVerdict(
  actions: Pick<typeof Flex.Actions, 'replaceAction'>,
  dispatcher: Pick<Dispatcher, 'ask' | 'dispatch'>,
  name: string,
  action: FlexAction,
  lasting?: Lasting,
): void {
  actions.replaceAction(name, async (payload: Payload | undefined, original) => {
    if (payload?.[OWN]) return original(payload);
    const { sid, task, targetSid } = payload ?? {};
    const ruling = await dispatcher.ask(action, sid ?? task?.sid, task?.taskSid, targetSid);
    if (ruling.kind === 'ignore') return undefined;
    const over = (failure?: unknown) => {
      if (!TOLD.includes(action) || ruling.token === undefined) return;
      const outcome = failure === undefined ? undefined : failed(failure);
      dispatcher.dispatch({
        kind: 'actionEnded',
        token: ruling.token,
        failure: outcome?.kind === 'failed' ? outcome.failure : undefined,
      });
    };
    try {
      const reservation = sid ?? task?.sid;
      if (action === 'hangupCall' && reservation !== undefined) lasting?.hangingUp(reservation);
      const result = await run(ruling, payload, original, lasting);
      over();
      return result;
    } catch (error) {
      over(error);
      throw error;
    }
  });
}

async function run(
  ruling: Exclude<Ruling, { kind: 'ignore' }>,
  payload: Payload | undefined,
  original: (payload?: Payload) => unknown,
  lasting?: Lasting,
): Promise<unknown> {
  const reservation = payload?.sid ?? payload?.task?.sid;
  switch (ruling.kind) {
    case 'pass':
      return original(payload);
    case 'outliving':
      if (reservation !== undefined) lasting?.outlive(reservation);
      return original({ ...payload, conferenceOptions: { ...payload?.conferenceOptions, ...outliving(ruling.statusCallback) } });
    case 'from':
      return original({ ...payload, conferenceOptions: { ...payload?.conferenceOptions, from: ruling.from } });
    case 'staying':
      return original({ ...payload, conferenceOptions: { ...payload?.conferenceOptions, endConferenceOnCustomerExit: false } });
    case 'ending':
      if (reservation !== undefined) await inTime(lasting?.endWithLeg(reservation));
      return original(payload);
    case 'replaced': {
      const outcome: Outcome = await ruling.outcome;
      if (outcome.kind === 'failed') throw new Error(outcome.failure.message);
      if (outcome.kind === 'answered' && outcome.status >= 300) throw new Error(outcome.message);
      return undefined;
    }
  }
}

/** Hanging up waits for it, but not for ever, and not in vain. */
async function inTime(ending: Promise<void> | undefined): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, END_WAIT_MS));
  await Promise.race([ending, late]).catch((error: unknown) => {
    console.warn('[backline] The conference may go on without this agent:', error);
  });
}

/** `ConferenceOptions` of the TaskRouter SDK. */
function outliving(statusCallback: string): object {
  return {
    endConferenceOnExit: false,
    conferenceStatusCallback: statusCallback,
    conferenceStatusCallbackMethod: 'POST',
    conferenceStatusCallbackEvent: 'leave',
  };
}
