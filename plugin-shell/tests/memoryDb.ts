/** IndexedDB as far as idb-keyval asks it: one store, in memory. Values are cloned going in and coming out, as there. */
export function memoryDb(): { records: Map<string, unknown>; indexedDB: object } {
  const records = new Map<string, unknown>();
  interface Asked {
    result: unknown;
    onupgradeneeded?(): void;
    onsuccess?(): void;
  }
  const answered = (result: unknown, before?: (asked: Asked) => void): Asked => {
    const asked: Asked = { result };
    queueMicrotask(() => {
      before?.(asked);
      asked.onsuccess?.();
    });
    return asked;
  };
  const store = {
    get: (key: string) => answered(structuredClone(records.get(key))),
    put: (value: unknown, key: string) => void records.set(key, structuredClone(value)),
    get transaction() {
      return answered(undefined);
    },
  };
  const database = { createObjectStore: () => store, transaction: () => ({ objectStore: () => store }) };
  return { records, indexedDB: { open: () => answered(database, (asked) => asked.onupgradeneeded?.()) } };
}
