import type { CallRow, CallState, OfferRow } from '../../core/types';
import type { StringKey } from '../../strings/keys';

type Text = (key: StringKey, values?: Record<string, string>) => string;

/** Where a call is, in words: one that has none does not compile. */
const STATES: Record<CallState, StringKey> = {
  connecting: 'BacklineStateConnecting',
  live: 'BacklineStateLive',
  holding: 'BacklineStateHolding',
  onHold: 'BacklineStateOnHold',
  notHeld: 'BacklineStateNotHeld',
  resuming: 'BacklineStateResuming',
  failed: 'BacklineStateFailed',
};

export function stateText(state: CallState, text: Text): string {
  return text(STATES[state]);
}

/** A task need not name anybody, and listening in on a colleague is no task of one's own. */
export function nameOf({ name, reservation }: Pick<CallRow, 'name' | 'reservation'>, text: Text): string {
  return name || text(reservation ? 'BacklineUnknownCaller' : 'BacklineListeningIn');
}

export function offerText(offer: OfferRow, text: Text): string {
  return text(offer.internal ? 'BacklineColleagueWaiting' : 'BacklineWaiting', { name: nameOf(offer, text) });
}
