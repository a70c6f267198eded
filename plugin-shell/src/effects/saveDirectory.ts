import type { Handler } from '../core/executor';
import type { DirectoryStore } from './localStore';
import { idle } from './idle';

/** Kept for the next start if it can be; if not (private window, full disk), the next start is as the first. */
export const saveDirectory =
  (store: DirectoryStore, snapshot: () => Uint8Array | undefined): Handler<'saveDirectory'> =>
  () => {
    idle()
      .then(() => {
        const bytes = snapshot();
        return bytes && store.write(bytes);
      })
      .catch((error: unknown) => console.warn('[backline]', error));
  };
