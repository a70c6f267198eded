import type { Handler } from '../core/executor';
import type { CoreEvent, RawPerson } from '../core/types';
import type { FlexPort, LiveQuery } from '../flex/port';

/** Flex's own index of workers: https://www.twilio.com/docs/flex/developer/ui/manager#insightsclient. */
const WORKER_INDEX = 'tr-worker';

/**
 * Who is there: Twilio gives the first 200 of an answer only, and they should be those who can be called. Nothing that
 * anybody typed ever goes into this expression: https://www.twilio.com/docs/sync/live-query.
 */
const there = (offline: string | undefined) => (offline === undefined ? '' : `data.worker_activity_sid != "${offline}"`);

/** One live query at a time: asked again, the older one is closed and its late changes are dropped. */
export const loadDirectory = (flex: FlexPort, dispatch: (event: CoreEvent) => void): Handler<'loadDirectory'> => {
  let latest: symbol | undefined;
  let open: LiveQuery | undefined;
  return async ({ offline }) => {
    const mine = Symbol('query');
    latest = mine;
    open?.close();
    open = undefined;
    const query = await flex.insights().liveQuery(WORKER_INDEX, there(offline));
    if (latest !== mine) {
      query.close();
      throw new Error('Superseded by a newer query.');
    }
    open = query;
    query.on('itemUpdated', ({ key, value }) => {
      if (latest === mine) dispatch({ kind: 'personChanged', person: person(key, value) });
    });
    query.on('itemRemoved', ({ key }) => {
      if (latest === mine) dispatch({ kind: 'personRemoved', worker: key });
    });
    const people = Object.entries(query.getItems()).map(([key, value]) => person(key, value));
    return { kind: 'people', people };
  };
};

/** The key of a row is the worker's SID, whether or not the row repeats it. */
function person(key: string, value: object): RawPerson {
  return { ...value, worker_sid: key };
}
