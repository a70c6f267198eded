import type { Handler } from '../core/executor';
import type { CoreEvent } from '../core/types';
import type { FlexPort, LiveQuery } from '../flex/port';
import { WORKER_INDEX, personOf, tellChanges } from './loadDirectory';

/** SIDs, which the core has read as such: nothing that anybody typed. */
const theseOf = (workers: string[]) => `data.worker_sid IN [${workers.map((sid) => `"${sid}"`).join(', ')}]`;

/** The rows on the screen, one live query at a time: the one before stays open until the next is. */
export const watchPeople = (flex: FlexPort, dispatch: (event: CoreEvent) => void): Handler<'watchPeople'> => {
  let latest: symbol | undefined;
  let open: LiveQuery | undefined;
  return async ({ workers }) => {
    const mine = Symbol('query');
    latest = mine;
    const query = workers.length > 0 ? await flex.insights().liveQuery(WORKER_INDEX, theseOf(workers)) : undefined;
    if (latest !== mine) {
      query?.close();
      throw new Error('Superseded by a newer query.');
    }
    open?.close();
    open = query;
    if (!query) return { kind: 'people', people: [] };
    tellChanges(query, (_, event) => {
      if (open === query) dispatch(event);
    });
    return { kind: 'people', people: Object.entries(query.getItems()).map(([key, value]) => personOf(key, value)) };
  };
};
