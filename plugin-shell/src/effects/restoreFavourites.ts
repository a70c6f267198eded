import type { Handler } from '../core/executor';
import type { RawColleague } from '../core/types';
import type { FavouritesStore } from './localStore';

export const restoreFavourites =
  (store: FavouritesStore): Handler<'restoreFavourites'> =>
  async () => ({ kind: 'favourites', colleagues: listed(await store.read()) });

/** What is no list is none. */
export function listed(kept: unknown): RawColleague[] {
  return Array.isArray(kept) ? (kept as RawColleague[]) : [];
}
