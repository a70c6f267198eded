import { createStore, get, set, update } from 'idb-keyval';

/** Where the directory is kept between two starts, by whose it is. */
export interface DirectoryStore {
  read(): Promise<Uint8Array | undefined>;
  write(bytes: Uint8Array): Promise<void>;
}

/** Where favourites are kept, by whose they are; what was kept is not of this start, and may be anything. */
export interface FavouritesStore {
  read(): Promise<unknown>;
  /** In one step: no other tab writes in between. */
  update(change: (kept: unknown) => unknown): Promise<void>;
}

const DATABASE = 'backline';
const STORE = 'directory';
/** A browser that is slow to open its database (another tab may block it) must not keep the directory from loading. */
const PATIENCE_MS = 1500;

/**
 * What this computer keeps of one agent of one account, in IndexedDB. Another agent's on the same computer are other
 * records. What cannot be used is the core's to say: the directory's bytes tell their own version. By idb-keyval, whose
 * `update` reads and writes in one transaction: a few hundred bytes in place of as many lines of our own.
 */
export function localStore(owner: () => string): { directory: DirectoryStore; favourites: FavouritesStore } {
  const store = createStore(DATABASE, STORE);
  const favourites = () => `${owner()} favourites`;
  return {
    directory: {
      read: async () => {
        const kept: unknown = await inTime(() => get(owner(), store));
        return kept instanceof Uint8Array ? kept : undefined;
      },
      write: (bytes) => inTime(() => set(owner(), bytes, store)),
    },
    favourites: {
      read: () => inTime(() => get<unknown>(favourites(), store)),
      update: (change) => inTime(() => update(favourites(), change, store)),
    },
  };
}

function inTime<T>(ask: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The database did not answer.')), PATIENCE_MS);
    ask()
      .then(resolve, (error: unknown) => reject(error instanceof Error ? error : new Error('The database failed.')))
      .finally(() => clearTimeout(late));
  });
}
