import type { Handler } from '../core/executor';
import type { DirectoryStore } from './localStore';

/** Whether there was anything, and whether it could be used, makes no difference to what follows. */
export const restoreDirectory =
  (store: DirectoryStore, restore: (bytes: Uint8Array) => boolean): Handler<'restoreDirectory'> =>
  async () => {
    const kept = await store.read();
    if (kept) restore(kept);
    return { kind: 'done' };
  };
