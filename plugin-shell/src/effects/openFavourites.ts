import type { Handler } from '../core/executor';
import type { CoreEvent } from '../core/types';
import type { PersonalMap } from '../flex/personalMap';

export const openFavourites =
  (map: PersonalMap, dispatch: (event: CoreEvent) => void): Handler<'openFavourites'> =>
  async ({ owner }) => ({
    kind: 'favourites',
    colleagues: await map.open(owner, (colleague) => dispatch({ kind: 'favouritesChanged', colleagues: [colleague] })),
  });
