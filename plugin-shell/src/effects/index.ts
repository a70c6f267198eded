import type { Handlers } from '../core/executor';
import type { CoreModule } from '../core/load';
import type { CoreEvent } from '../core/types';
import type { Legs } from '../flex/legs';
import { PersonalMap } from '../flex/personalMap';
import type { FlexPort } from '../flex/port';
import { acceptTask } from './acceptTask';
import { callWorker } from './callWorker';
import { completeTask } from './completeTask';
import { createTask } from './createTask';
import { endListening } from './endListening';
import { forwardLeg } from './forwardLeg';
import { hangUp } from './hangUp';
import { holdParticipant } from './holdParticipant';
import { http } from './http';
import { keepConference } from './keepConference';
import { keepFavourites } from './keepFavourites';
import type { DirectoryStore, FavouritesStore } from './localStore';
import { listPeople } from './listPeople';
import { listQueues } from './listQueues';
import { loadDirectory } from './loadDirectory';
import { loadPeople } from './loadPeople';
import { loadQueues } from './loadQueues';
import { notify } from './notify';
import { notifyRinging } from './notifyRinging';
import { openFavourites } from './openFavourites';
import { rejectReservation } from './rejectReservation';
import { restoreDirectory } from './restoreDirectory';
import { restoreFavourites } from './restoreFavourites';
import { saveDirectory } from './saveDirectory';
import { selectTask } from './selectTask';
import { setAudio } from './setAudio';
import { settleDirectory } from './settleDirectory';
import { showLeg } from './showLeg';
import { startOutboundCall } from './startOutboundCall';
import { transferTask } from './transferTask';
import { viewChanged } from './viewChanged';
import type { PanelSubscribers } from './viewChanged';
import { watchPeople } from './watchPeople';
import { writeFavourite } from './writeFavourite';

/** What the handlers act on. */
export interface Means {
  flex: FlexPort;
  legs: Legs;
  subscribers: PanelSubscribers;
  dispatch(event: CoreEvent): void;
  performHttp: CoreModule['performHttp'];
  performList: CoreModule['performList'];
  /** The core's directory, which is too large for events. */
  directory: Directory;
  /** Where it is kept, and the agent's favourites. */
  store: { directory: DirectoryStore; favourites: FavouritesStore };
  mergeFavourites: CoreModule['mergeFavourites'];
}

/** What the dispatcher lets handlers do with the core's directory. */
export interface Directory {
  restoreDirectory(bytes: Uint8Array): boolean;
  directorySnapshot(): Uint8Array | undefined;
  settleDirectory(): boolean;
}

/** The table: one handler for every effect kind. The verdict is the dispatcher's own. */
export function effectHandlers(means: Means): Omit<Handlers, 'verdict'> {
  const { flex, legs, subscribers, dispatch, performHttp, performList, directory, store, mergeFavourites } = means;
  const personalMap = new PersonalMap(() => flex.sync(), mergeFavourites);
  return {
    createTask: createTask(flex),
    startOutboundCall: startOutboundCall(flex),
    transferTask: transferTask(flex),
    callWorker: callWorker(flex),
    acceptTask: acceptTask(flex),
    selectTask: selectTask(flex, legs),
    rejectReservation: rejectReservation(flex),
    completeTask: completeTask(flex),
    http: http(flex, performHttp),
    restoreDirectory: restoreDirectory(store.directory, (bytes) => directory.restoreDirectory(bytes)),
    loadDirectory: loadDirectory(flex, dispatch),
    loadPeople: loadPeople(flex),
    listPeople: listPeople(flex, performList),
    watchPeople: watchPeople(flex, dispatch),
    settleDirectory: settleDirectory(() => directory.settleDirectory()),
    saveDirectory: saveDirectory(store.directory, () => directory.directorySnapshot()),
    restoreFavourites: restoreFavourites(store.favourites),
    keepFavourites: keepFavourites(store.favourites, mergeFavourites),
    openFavourites: openFavourites(personalMap, dispatch),
    writeFavourite: writeFavourite(personalMap),
    listQueues: listQueues(flex, performList),
    loadQueues: loadQueues(flex),
    setAudio: setAudio(legs),
    forwardLeg: forwardLeg(legs),
    showLeg: showLeg(legs),
    endListening: endListening(legs),
    keepConference: keepConference(flex),
    holdParticipant: holdParticipant(flex, legs),
    hangUp: hangUp(flex),
    notify: notify(flex, dispatch),
    notifyRinging: notifyRinging(flex),
    viewChanged: viewChanged(subscribers),
  };
}
