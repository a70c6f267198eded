import type { CoreModule } from '../core/load';
import type { Colleague, RawColleague } from '../core/types';

/** An item of a Sync map, as far as it is used (twilio-sync 2.0.1). */
interface Item {
  readonly key: string;
  readonly data: object;
}

interface Page {
  readonly items: Item[];
  readonly hasNextPage: boolean;
  nextPage(): Promise<Page>;
}

/** A Sync map, likewise. */
interface SyncMap {
  getItems(options: { pageSize: number }): Promise<Page>;
  mutate(key: string, mutator: (remote: object) => object, metadata: { ttl: number }): Promise<unknown>;
  on(event: 'itemAdded' | 'itemUpdated', listener: (change: { item: Item; isLocal: boolean }) => void): unknown;
  close(): void;
}

/** A Sync client, likewise. */
export interface SyncClient {
  map(id: string): Promise<SyncMap>;
  updateToken(token: string): Promise<void>;
}

/** Twilio's longest page: https://www.twilio.com/docs/sync/api/map-item-resource. */
const PAGE = 100;

/**
 * The Sync map in which an agent's favourites follow him to another machine: an item for each colleague, by his worker
 * SID. One at a time is open; asked again, the older one is closed and its late changes are dropped.
 */
export class PersonalMap {
  private latest: symbol | undefined;
  private map: SyncMap | undefined;

  constructor(
    private readonly client: () => SyncClient,
    private readonly merge: CoreModule['mergeFavourites'],
  ) {}

  /** All of it; then `heard` is called of every change that is not made here. It is made if there is none. */
  async open(owner: string, heard: (colleague: RawColleague) => void): Promise<RawColleague[]> {
    const mine = Symbol('map');
    this.latest = mine;
    this.map?.close();
    this.map = undefined;
    const map = await this.client().map(`backline.${owner}`);
    if (this.latest !== mine) {
      map.close();
      throw new Error('Superseded by a newer request.');
    }
    this.map = map;
    const tell = ({ item, isLocal }: { item: Item; isLocal: boolean }) => {
      if (!isLocal && this.latest === mine) heard(colleague(item));
    };
    map.on('itemAdded', tell);
    map.on('itemUpdated', tell);
    const all: RawColleague[] = [];
    let page = await map.getItems({ pageSize: PAGE });
    all.push(...page.items.map(colleague));
    while (page.hasNextPage) {
      page = await page.nextPage();
      all.push(...page.items.map(colleague));
    }
    return all;
  }

  /** By the item's revision: if another machine changes it at the same time, the SDK reads it anew and asks again. */
  async write(colleague: Colleague, ttl: number): Promise<void> {
    if (!this.map) throw new Error('The map is not open.');
    const { worker } = colleague;
    await this.map.mutate(
      worker,
      (remote) => {
        const [merged] = this.merge([{ ...remote, worker }], [colleague]);
        const { worker: _, ...data } = merged ?? colleague;
        return data;
      },
      { ttl },
    );
  }
}

/** The key of an item is the colleague, whatever it says itself. */
function colleague({ key, data }: Item): RawColleague {
  return { ...data, worker: key };
}
