import type { CallsView } from '../../core/types';
import type { StringKey } from '../../strings/keys';
import { nameOf, offerText } from './words';

/** What a screen reader has been told of. */
export interface Told {
  /** Which call is live; kept while none is, for a swap passes through that. */
  live: string | undefined;
  offers: string[];
}

export interface News {
  told: Told | undefined;
  /** What stands in the live region from now on; nothing: what stands there stays. */
  words: string | undefined;
}

/** What has changed that must be said: a new offer, and another live call. Each once; what is no longer so is taken back. */
export function newsOf(
  before: Told | undefined,
  view: CallsView | undefined,
  text: (key: StringKey, values?: Record<string, string>) => string,
): News {
  if (!view) return { told: undefined, words: before && '' };
  const row = view.rows.find(({ state }) => state === 'live');
  const live = row ? row.reservation ?? 'listening in' : before?.live;
  const told = { live, offers: view.offers.map(({ reservation }) => reservation) };
  const words = view.offers
    .filter(({ reservation, accepted }) => !accepted && !before?.offers.includes(reservation))
    .map((offer) => offerText(offer, text));
  // Of a strip that has just come it is no news who is live.
  if (row && before && before.live !== live) words.unshift(text('BacklineTalking', { name: nameOf(row, text) }));
  const over = before?.offers.some((offer) => !told.offers.includes(offer)) ?? false;
  return { told, words: words.length > 0 || over ? words.join('. ') : undefined };
}
