import type { Handler } from '../core/executor';
import type { CoreEvent, RawWork } from '../core/types';
import type { FlexPort, LiveQuery } from '../flex/port';
import { WORKER_INDEX, personOf, tellChanges } from './loadDirectory';

/** Flex's own index of reservations. */
const RESERVATION_INDEX = 'tr-reservation';
/** SIDs, which the core has read as such: nothing that anybody typed. */
const theseOf = (workers: string[]) => `data.worker_sid IN [${workers.map((sid) => `"${sid}"`).join(', ')}]`;
const callsOf = (workers: string[]) =>
  `${theseOf(workers)} AND data.task_channel_unique_name == "voice" AND data.status == "accepted"`;

/** The rows on the screen: what they do, and whether they are on a call. */
export const watchPeople = (flex: FlexPort, dispatch: (event: CoreEvent) => void): Handler<'watchPeople'> => {
  const people = new Latest(flex, WORKER_INDEX);
  const calls = new Latest(flex, RESERVATION_INDEX);
  return async ({ workers }) => {
    const query = await people.ask(workers.length > 0 ? theseOf(workers) : undefined);
    // A matter of its own: whoever may not ask for it sees all the same what they do.
    tellCalls(calls, workers, dispatch).catch((error: unknown) => {
      if (error instanceof Superseded) return;
      console.warn('[backline]', error);
      dispatch({ kind: 'workTold', workers });
    });
    if (!query) return { kind: 'people', people: [] };
    tellChanges(query, (_, event) => {
      if (people.isOpen(query)) dispatch(event);
    });
    return { kind: 'people', people: Object.entries(query.getItems()).map(([key, value]) => personOf(key, value)) };
  };
};

async function tellCalls(calls: Latest, workers: string[], dispatch: (event: CoreEvent) => void): Promise<void> {
  const query = await calls.ask(workers.length > 0 ? callsOf(workers) : undefined);
  if (!query) return;
  const work = new Map<string, RawWork>(Object.entries(query.getItems()));
  const tell = () => {
    if (calls.isOpen(query)) dispatch({ kind: 'workTold', workers, work: [...work.values()] });
  };
  query.on('itemUpdated', ({ key, value }) => {
    work.set(key, value);
    tell();
  });
  query.on('itemRemoved', ({ key }) => {
    work.delete(key);
    tell();
  });
  tell();
}

class Superseded extends Error {
  constructor() {
    super('Superseded by a newer query.');
  }
}

/** One live query at a time: the one before stays open until the next is. */
class Latest {
  private wanted: symbol | undefined;
  private open: LiveQuery | undefined;

  constructor(
    private readonly flex: FlexPort,
    private readonly index: string,
  ) {}

  /** Nothing, where nothing is asked for any more. Rejects if another is asked for meanwhile. */
  async ask(expression: string | undefined): Promise<LiveQuery | undefined> {
    const mine = Symbol('query');
    this.wanted = mine;
    const query = expression === undefined ? undefined : await this.flex.insights().liveQuery(this.index, expression);
    if (this.wanted !== mine) {
      query?.close();
      throw new Superseded();
    }
    this.open?.close();
    this.open = query;
    return query;
  }

  isOpen(query: LiveQuery): boolean {
    return this.open === query;
  }
}
