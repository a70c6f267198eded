import type { Handler } from '../core/executor';
import type { PersonalMap } from '../flex/personalMap';

export const writeFavourite =
  (map: PersonalMap): Handler<'writeFavourite'> =>
  async ({ colleague, ttl }) => {
    await map.write(colleague, ttl);
    return { kind: 'done' };
  };
