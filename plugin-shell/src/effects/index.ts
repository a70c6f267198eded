import type { Handlers } from '../core/executor';
import type { CoreModule } from '../core/load';
import type { CoreEvent } from '../core/types';
import type { FlexPort } from '../flex/port';
import { acceptTask } from './acceptTask';
import { callWorker } from './callWorker';
import { completeTask } from './completeTask';
import { createTask } from './createTask';
import { http } from './http';
import { loadDirectory } from './loadDirectory';
import { loadQueues } from './loadQueues';
import { notify } from './notify';
import { notifyRinging } from './notifyRinging';
import { rejectReservation } from './rejectReservation';
import { selectTask } from './selectTask';
import { viewChanged } from './viewChanged';
import type { PanelSubscribers } from './viewChanged';

/** What the handlers act on. */
export interface Means {
  flex: FlexPort;
  subscribers: PanelSubscribers;
  dispatch(event: CoreEvent): void;
  performHttp: CoreModule['performHttp'];
}

/** The table: one handler for every effect kind. The verdict is the dispatcher's own. */
export function effectHandlers({ flex, subscribers, dispatch, performHttp }: Means): Omit<Handlers, 'verdict'> {
  return {
    createTask: createTask(flex),
    callWorker: callWorker(flex),
    acceptTask: acceptTask(flex),
    selectTask: selectTask(flex),
    rejectReservation: rejectReservation(flex),
    completeTask: completeTask(flex),
    http: http(flex, performHttp),
    loadDirectory: loadDirectory(flex, dispatch),
    loadQueues: loadQueues(flex),
    notify: notify(flex, dispatch),
    notifyRinging: notifyRinging(flex),
    viewChanged: viewChanged(subscribers),
  };
}
