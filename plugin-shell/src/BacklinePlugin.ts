import { FlexPlugin } from '@twilio/flex-plugin';
import type * as Flex from '@twilio/flex-ui';
import { Dispatcher } from './core/dispatcher';
import { sentenceOf } from './core/failure';
import { loadCore } from './core/load';
import type { CoreModule } from './core/load';
import { effectHandlers } from './effects';
import { localStore } from './effects/localStore';
import { PanelSubscribers } from './effects/viewChanged';
import { hookAcceptTask } from './flex-hooks/actions/AcceptTask';
import { hookHangupCall } from './flex-hooks/actions/HangupCall';
import { hookHoldCall } from './flex-hooks/actions/HoldCall';
import { refuseToMonitorInternalCalls, taskOfTeams } from './flex-hooks/actions/MonitorCall';
import { hookRejectTask } from './flex-hooks/actions/RejectTask';
import { hookUnholdCall } from './flex-hooks/actions/UnholdCall';
import { hookUnholdParticipant } from './flex-hooks/actions/UnholdParticipant';
import type { Lasting } from './flex-hooks/actions/replace';
import { addCallCanvas } from './flex-hooks/components/CallCanvas';
import { hideHoldOfSilentParty, hideTransferOnInternalCalls } from './flex-hooks/components/CallCanvasActions';
import { addBacklineMenu } from './flex-hooks/components/MainHeader';
import { addDialpadPanel } from './flex-hooks/components/OutboundDialerPanel';
import { hideSilentParty } from './flex-hooks/components/ParticipantCanvas';
import { nameInternalCalls } from './flex-hooks/components/TaskChannel';
import { addCallsStrip } from './flex-hooks/components/TaskListContainer';
import { widenCallsColumn } from './flex-hooks/components/WorkersDataTable';
import { dropNeedlessParticipantsError } from './flex-hooks/events/participantsNotification';
import { snapshot, watchReservations } from './flex-hooks/events/reservations';
import { endWithLeg, forgetCancelledCalls, hangingUp } from './flex/internals';
import { MultiCall } from './flex/multiCall';
import { registerNotifications } from './flex/notifications';
import { FlexPort } from './flex/port';
import { download, saveDiagnostics } from './panels/menu/diagnostics';
import { registerStrings, textFrom } from './strings';

/**
 * Registers the core with Flex: hooks that ask it, events that tell it, handlers that do what it orders. Decides nothing.
 * `init` only registers; the core is unpacked after Flex has started.
 */
export class BacklinePlugin extends FlexPlugin {
  constructor() {
    super('backline');
  }

  init(flex: typeof Flex, manager: Flex.Manager): void {
    registerStrings(manager);
    const text = textFrom(() => manager.strings);
    registerNotifications(flex, { missed: text('BacklineCallBack'), free: text('BacklineCall') });
    const port = new FlexPort(flex, manager, text);
    const subscribers = new PanelSubscribers();
    const tab = crypto.getRandomValues(new Uint32Array(2)).join('-');
    let core: CoreModule | undefined;

    const multiCall = new MultiCall(flex, manager, port, (event) => dispatcher.dispatch(event), window);
    const dispatcher: Dispatcher = new Dispatcher({
      handlers: effectHandlers({
        flex: port,
        legs: multiCall.legs,
        subscribers,
        dispatch: (event) => dispatcher.dispatch(event),
        directory: {
          restoreDirectory: (bytes) => dispatcher.restoreDirectory(bytes),
          directorySnapshot: () => dispatcher.directorySnapshot(),
          settleDirectory: () => dispatcher.settleDirectory(),
        },
        store: localStore(() => port.owner()),
        mergeFavourites: (one, other) => {
          if (!core) throw notLoaded();
          return core.mergeFavourites(one, other);
        },
        performList: (request, token) => (core ? core.performList(request, token) : Promise.reject(notLoaded())),
        performHttp: (request, token) => (core ? core.performHttp(request, token) : Promise.reject(notLoaded())),
      }),
      opening: () => [
        {
          kind: 'started',
          configuration: multiCall.configuration(),
          me: port.me(),
          activities: port.activities(),
          tab,
          lost: multiCall.lost(),
          origin: Math.floor(performance.timeOrigin),
        },
        ...Array.from(port.worker().reservations.values(), (reservation) => ({
          kind: 'reservationChanged' as const,
          reservation: snapshot(reservation),
        })),
        ...multiCall.facts(),
      ],
      viewsChanged: () => subscribers.allChanged(),
      coreFailed: (error, gone) => {
        console.error('[backline]', error);
        if (gone) multiCall.legs.standAlone();
        const { key, detail, lasts } = sentenceOf(error, gone);
        port.tell(text(key, { detail }), lasts ? 'lastingError' : 'error');
      },
      now: () => performance.now(),
      setTimer: (callback, ms) => window.setTimeout(callback, ms),
      clearTimer: (timer) => window.clearTimeout(timer),
    });

    const lasting: Lasting = {
      outlive: (reservation) => port.outlive(reservation),
      endWithLeg: (reservation) => endWithLeg(port.reservation(reservation)),
      hangingUp,
    };
    hookAcceptTask(flex, dispatcher, lasting);
    hookRejectTask(flex, dispatcher);
    hookHoldCall(flex, dispatcher);
    hookUnholdCall(flex, dispatcher);
    hookHangupCall(flex, dispatcher, lasting);
    hookUnholdParticipant(flex, dispatcher);
    refuseToMonitorInternalCalls(
      flex.Actions,
      (sid) => taskOfTeams(manager.store.getState(), sid),
      () => port.tell(text('BacklineNotMonitored'), 'error'),
    );
    multiCall.start();
    hideTransferOnInternalCalls(flex);
    hideHoldOfSilentParty(flex);
    hideSilentParty(flex);
    nameInternalCalls(flex);
    forgetCancelledCalls(manager);
    const dialpad = {
      view: () => dispatcher.dialpadView(),
      subscribe: (listener: () => void) => subscribers.subscribe('dialpad', listener),
    };
    addDialpadPanel(flex, {
      text,
      ...dialpad,
      dispatch: (event) => dispatcher.dispatch(event),
    });
    addCallCanvas(flex, {
      text,
      dialpad,
      view: (reservation) => dispatcher.callView(reservation),
      subscribe: (listener) => subscribers.subscribe('call', listener),
      dispatch: (event) => dispatcher.dispatch(event),
      invoke: (action, payload) => port.invoke(action, payload),
    });
    if (multiCallEnabled(port.configuration())) {
      widenCallsColumn(flex);
      addCallsStrip(flex, {
        text,
        view: () => dispatcher.callsView(),
        subscribe: (listener) => subscribers.subscribe('calls', listener),
        dispatch: (event) => dispatcher.dispatch(event),
        invoke: (action, payload) => port.invoke(action, payload),
        now: () => performance.now(),
      });
    }
    addBacklineMenu(flex, {
      text,
      save: () =>
        saveDiagnostics({
          recording: (savedAt) => {
            if (!core) throw notLoaded();
            return core.recording(performance.now(), savedAt);
          },
          download,
          tell: (key, values, kind) => port.tell(text(key, values), kind),
          date: () => new Date(),
        }),
    });
    dropNeedlessParticipantsError(flex.Notifications, () => port.worker().reservations.values());

    window.setTimeout(() => {
      loadCore()
        .then((module) => {
          core = module;
          watchReservations(port, (event) => dispatcher.dispatch(event));
          dispatcher.run(module);
        })
        .catch((error: unknown) => dispatcher.giveUp(error));
    });
  }
}

function notLoaded(): Error {
  return new Error('The core is not loaded.');
}

/** Whether the configuration switches several calls at once on; how they behave then is the core's to say. */
function multiCallEnabled(configuration: object | undefined): boolean {
  const { ui_attributes: ui } = (configuration ?? {}) as {
    ui_attributes?: { custom_data?: { features?: { multi_call?: { enabled?: unknown } } } };
  };
  return ui?.custom_data?.features?.multi_call?.enabled === true;
}
