import type { Handlers } from '../core/executor';
import type { CoreModule } from '../core/load';
import type { CoreEvent } from '../core/types';
import type { Legs } from '../flex/legs';
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
import { loadDirectory } from './loadDirectory';
import { loadQueues } from './loadQueues';
import { notify } from './notify';
import { notifyRinging } from './notifyRinging';
import { rejectReservation } from './rejectReservation';
import { selectTask } from './selectTask';
import { setAudio } from './setAudio';
import { showLeg } from './showLeg';
import { viewChanged } from './viewChanged';
import type { PanelSubscribers } from './viewChanged';

/** What the handlers act on. */
export interface Means {
  flex: FlexPort;
  legs: Legs;
  subscribers: PanelSubscribers;
  dispatch(event: CoreEvent): void;
  performHttp: CoreModule['performHttp'];
}

/** The table: one handler for every effect kind. The verdict is the dispatcher's own. */
export function effectHandlers({ flex, legs, subscribers, dispatch, performHttp }: Means): Omit<Handlers, 'verdict'> {
  return {
    createTask: createTask(flex),
    callWorker: callWorker(flex),
    acceptTask: acceptTask(flex),
    selectTask: selectTask(flex, legs),
    rejectReservation: rejectReservation(flex),
    completeTask: completeTask(flex),
    http: http(flex, performHttp),
    loadDirectory: loadDirectory(flex, dispatch),
    loadQueues: loadQueues(flex),
    setAudio: setAudio(legs),
    forwardLeg: forwardLeg(legs),
    showLeg: showLeg(legs),
    endListening: endListening(legs),
    holdParticipant: holdParticipant(flex, legs),
    hangUp: hangUp(flex),
    notify: notify(flex, dispatch),
    notifyRinging: notifyRinging(flex),
    viewChanged: viewChanged(subscribers),
  };
}
