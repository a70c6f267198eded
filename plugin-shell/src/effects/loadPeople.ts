import type { Handler } from '../core/executor';
import type { RawPerson } from '../core/types';
import type { FlexPort, SdkWorkerInfo } from '../flex/port';
import { nextTask } from './idle';

/**
 * Half of Twilio's longest page, which the SDK reads in one task:
 * https://twilio.github.io/twilio-taskrouter.js/Workspace.html.
 */
const PAGE = 500;
/** So many at a time go to the core: one that takes a few milliseconds to read holds nobody's typing up. */
const HELPING = 125;

/** The workspace's workers from one on. What a page has more than is wanted at once is given at the next requests. */
export const loadPeople = (flex: FlexPort, pause: () => Promise<void> = nextTask): Handler<'loadPeople'> => {
  let page: { after: string | undefined; rest: SdkWorkerInfo[]; more: boolean } | undefined;
  return async ({ after }) => {
    if (!page || page.after !== after || page.rest.length === 0) {
      page = undefined;
      const rest = await flex.workers(after, PAGE);
      page = { after, rest, more: rest.length >= PAGE };
    }
    await pause();
    const people = page.rest.splice(0, HELPING);
    const last = people[people.length - 1]?.sid;
    page.after = last;
    const goesOn = last !== undefined && (page.rest.length > 0 || page.more);
    return { kind: 'people', people: people.map(person), next: goesOn ? last : undefined };
  };
};

/** As a row of the worker index. */
function person({ sid, friendlyName, name, activityName, activitySid, attributes }: SdkWorkerInfo): RawPerson {
  return { worker_sid: sid, friendly_name: friendlyName ?? name, activity_name: activityName, worker_activity_sid: activitySid, attributes };
}
