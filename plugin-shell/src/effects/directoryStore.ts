/** Where the directory is kept between two starts, by whose it is. */
export interface DirectoryStore {
  read(): Promise<Uint8Array | undefined>;
  write(bytes: Uint8Array): Promise<void>;
}

const DATABASE = 'backline';
const STORE = 'directory';
/** A browser that is slow to open its database (another tab may block it) must not keep the directory from loading. */
const PATIENCE_MS = 1500;

/**
 * The directory of one agent of one account, in IndexedDB. Another agent's on the same computer is another record. What
 * cannot be used is the core's to say: its bytes tell their own version.
 */
export const directoryStore = (owner: () => string): DirectoryStore => ({
  read: async () => {
    const kept: unknown = await request('readonly', (store) => store.get(owner()));
    return kept instanceof Uint8Array ? kept : undefined;
  },
  write: async (bytes) => {
    await request('readwrite', (store) => store.put(bytes, owner()));
  },
});

function request(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The database did not answer.')), PATIENCE_MS);
    const fail = (error: unknown) => {
      clearTimeout(late);
      reject(error instanceof Error ? error : new Error('The database failed.'));
    };
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE);
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      try {
        const transaction = database.transaction(STORE, mode);
        const asked = ask(transaction.objectStore(STORE));
        transaction.oncomplete = () => {
          clearTimeout(late);
          database.close();
          resolve(asked.result);
        };
        transaction.onabort = () => {
          database.close();
          fail(transaction.error);
        };
      } catch (error) {
        database.close();
        fail(error);
      }
    };
  });
}
