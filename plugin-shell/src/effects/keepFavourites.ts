import type { Handler } from '../core/executor';
import type { CoreModule } from '../core/load';
import type { FavouritesStore } from './localStore';
import { listed } from './restoreFavourites';

/** Kept if it can be; if not (private window, full disk), the agent's own map still has it. */
export const keepFavourites =
  (store: FavouritesStore, merge: CoreModule['mergeFavourites']): Handler<'keepFavourites'> =>
  ({ colleagues }) => {
    store
      .update((kept) => merge(listed(kept), colleagues))
      .catch((error: unknown) => console.warn('[backline]', error));
  };
