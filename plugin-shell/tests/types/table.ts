// Not run: `npm run typecheck` fails here if the table of handlers stops being exhaustive.
import type { Handlers } from '../../src/core/executor';
import type { EffectKind } from '../../src/core/types';

declare const all: Handlers;

const { createTask: _one, ...withoutOne } = all;
// @ts-expect-error a missing handler
export const missing: Handlers = withoutOne;

export const extra: Handlers = {
  ...all,
  // @ts-expect-error a handler of no effect
  makeCoffee: () => undefined,
};

// @ts-expect-error an effect that has an id must be answered
export const unanswered: Handlers['createTask'] = () => undefined;

export const kinds: Record<EffectKind, true> = {
  verdict: true,
  createTask: true,
  startOutboundCall: true,
  transferTask: true,
  callWorker: true,
  acceptTask: true,
  selectTask: true,
  rejectReservation: true,
  completeTask: true,
  http: true,
  restoreDirectory: true,
  loadDirectory: true,
  loadPeople: true,
  listPeople: true,
  settleDirectory: true,
  saveDirectory: true,
  restoreFavourites: true,
  keepFavourites: true,
  openFavourites: true,
  writeFavourite: true,
  listQueues: true,
  loadQueues: true,
  watchPeople: true,
  setAudio: true,
  forwardLeg: true,
  showLeg: true,
  endListening: true,
  keepConference: true,
  holdParticipant: true,
  hangUp: true,
  notify: true,
  notifyRinging: true,
  viewChanged: true,
};
