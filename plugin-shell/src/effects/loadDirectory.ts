import type { Handler } from '../core/executor';
import type { CoreEvent, RawPerson } from '../core/types';
import type { FlexPort, LiveQuery } from '../flex/port';

/** Flex's own index of workers: https://www.twilio.com/docs/flex/developer/ui/manager#insightsclient. */
export const WORKER_INDEX = 'tr-worker';
/** Everybody, also those who are Offline: of a row that a query never had, its changes would not be told. */
const EVERYBODY = '';
/** Nothing that anybody typed ever goes into an expression: https://www.twilio.com/docs/sync/live-query. */
const whoIsNotIn = (offline: string) => `data.worker_activity_sid != "${offline}"`;

/**
 * Those who are there, then every change of anybody. Twilio gives the first 200 rows of an answer only
 * (https://www.twilio.com/docs/sync/limits), and of everybody these may all be Offline: so those who are not are asked for
 * too, once. One live query at a time: asked again, the older one is closed and its late changes are dropped.
 */
export const loadDirectory = (flex: FlexPort, dispatch: (event: CoreEvent) => void): Handler<'loadDirectory'> => {
  let latest: symbol | undefined;
  let open: LiveQuery | undefined;
  return async ({ offline }) => {
    const mine = Symbol('query');
    latest = mine;
    open?.close();
    open = undefined;
    const query = await flex.insights().liveQuery(WORKER_INDEX, EVERYBODY);
    /** Newer than any row that is still to come. */
    const changed = new Set<string>();
    tellChanges(query, (key, event) => {
      changed.add(key);
      if (latest === mine) dispatch(event);
    });
    const there = offline === undefined ? {} : await rowsOnce(flex, whoIsNotIn(offline), query);
    if (latest !== mine) {
      query.close();
      throw new Error('Superseded by a newer query.');
    }
    open = query;
    const rows = Object.entries({ ...query.getItems(), ...there }).filter(([key]) => !changed.has(key));
    return { kind: 'people', people: rows.map(([key, value]) => personOf(key, value)) };
  };
};

/** The rows of an answer, whose changes another query tells; if it fails, that one has no use either. */
async function rowsOnce(flex: FlexPort, expression: string, other: LiveQuery): Promise<Record<string, object>> {
  try {
    const query = await flex.insights().liveQuery(WORKER_INDEX, expression);
    // A copy, and before it is closed: a closed query answers nothing any more.
    const rows = { ...query.getItems() };
    query.close();
    return rows;
  } catch (error) {
    other.close();
    throw error;
  }
}

/** What becomes of anybody in the query's answer, from now on. */
export function tellChanges(query: LiveQuery, tell: (key: string, event: CoreEvent) => void): void {
  query.on('itemUpdated', ({ key, value }) => {
    tell(key, { kind: 'personChanged', person: personOf(key, value) });
  });
  query.on('itemRemoved', ({ key }) => {
    tell(key, { kind: 'personRemoved', worker: key });
  });
}

/** The key of a row is the worker's SID, whether or not the row repeats it. */
export function personOf(key: string, value: object): RawPerson {
  return { ...value, worker_sid: key };
}
