import type * as Flex from '@twilio/flex-ui';
import type { SyncClient } from './personalMap';
import type { AudioStream, DeviceClass, VoiceAudio, VoiceCall, VoiceDevice } from './voice';

/**
 * Whatever of Flex and the Voice SDK is not documented, each with the reason and the versions in which it was read
 * (flex-ui 2.17.1, voice-sdk 2.11.1). `lacking` looks at the start whether it is there.
 */

/** Voice SDK 2.11, with its connect tokens, came with this one. */
const OLDEST_FLEX = [2, 8] as const;

/** The store, as far as it is used. `phone` and `conferences` are documented, its actions are not. */
export interface FlexStore {
  getState(): {
    flex: {
      phone: { activeCall?: unknown };
      supervisor?: { callMonitoring?: { status?: number } };
      view: { selectedTaskSid?: string };
      conferences: { states: ReadonlyMap<string, { source: { participants: readonly StoredParticipant[] } }> };
      participants?: { byCallSid?: Record<string, { participantSid?: string; type?: string } | undefined> };
      worker: { tasks: ReadonlyMap<string, StoredTask> };
    };
  };
  dispatch(action: { type: string; payload?: unknown }): unknown;
  subscribe(listener: () => void): () => void;
}

/** A task of this agent's, by its reservation. */
export interface StoredTask {
  readonly sid: string;
  readonly taskSid: string;
  /** By the Interactions API, of anybody's leg. */
  setEndConferenceOnExit?(participant: string, end: boolean): Promise<unknown>;
}

/** Somebody in a conference: https://assets.flex.twilio.com/docs/releases/flex-ui/2.17.1/ui-components/ConferenceParticipant. */
export interface StoredParticipant {
  readonly participantType?: string;
  readonly workerSid?: string;
  readonly callSid?: string;
  readonly participantSid?: string;
  readonly isCurrentWorker: boolean;
  readonly status?: string;
  readonly connecting?: boolean;
  readonly onHold: boolean;
}

/** What is missing for several calls at once, in one sentence; nothing if nothing is. */
export function lacking(version: string, store: FlexStore): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST_FLEX[0] || (major === OLDEST_FLEX[0] && minor < OLDEST_FLEX[1])) {
    return `Flex UI ${version} is older than ${OLDEST_FLEX.join('.')}.`;
  }
  const flex = store.getState().flex as Partial<ReturnType<FlexStore['getState']>['flex']>;
  const maps = [flex.conferences?.states, flex.worker?.tasks];
  if (!flex.phone || !flex.view || maps.some((map) => typeof map?.get !== 'function')) {
    return `Flex UI ${version} keeps its phone, view, tasks or conferences elsewhere in its store.`;
  }
  return undefined;
}

/**
 * Flex asks whether to cancel an outbound call as soon as another is on offer (flex-ui 2.17.1, `MultipleCallAlertDialog`), over
 * everything else, unless this feature is switched off; it has no action for it.
 */
export function dropOutboundCallAlert(store: Pick<FlexStore, 'dispatch'>): void {
  store.dispatch({ type: 'FLEX_FEATURE_FLAG_OVERRIDE', payload: { id: 'disable-multi-call-alert', enabled: true } });
}

/**
 * Lets Flex forget a call that was taken back just as this browser answered it, as when a colleague declines within the
 * tenth of a second in which the caller's own leg is set up. flex-ui 2.17 then has the call in its phone state already,
 * gets `cancel` and not `disconnect`, and clears the state on `disconnect` alone: the dial pad would stay disabled
 * ("call is currently in progress") until the page is reloaded.
 */
export function forgetCancelledCalls(manager: Flex.Manager): void {
  manager.voiceClient?.on('incoming', (call) => {
    (call as unknown as { on(event: 'cancel', listener: () => void): unknown }).on('cancel', () => {
      const { activeCall, connection } = manager.store.getState().flex.phone;
      const shown: unknown = activeCall ?? connection?.source;
      if (shown === call) manager.store.dispatch({ type: 'PHONE_REMOVE_CALL' });
    });
  });
}

/** What is missing of Flex's own device; it is a proxy of nothing while the Voice SDK could not be initialized. */
export function lackingDevice(voice: VoiceDevice | undefined): string | undefined {
  const functions: Array<[unknown, string]> = [
    [voice?.on, 'on'],
    [voice?.prependListener, 'prependListener'],
    [voice?.connect, 'connect'],
    [voice?.audio?.setInputDevice, 'audio.setInputDevice'],
    [voice?.audio?.speakerDevices?.set, 'audio.speakerDevices.set'],
  ];
  const missing = functions.find(([value]) => typeof value !== 'function');
  return missing && `Flex has no voiceClient.${missing[1]}.`;
}

/** Flex learns of a participant's end from Sync, within a second; if Sync is lost, never. */
const MONITORING_ENDS_MS = 10_000;

/**
 * Flex's phone state: its mute, hang-up and dial pad act on the call that is in it, and it has no action for another
 * call. Its listeners put in a call that Flex's own device accepts, and empty it when any of that device's calls ends.
 */
export class PhoneState {
  constructor(private readonly store: FlexStore) {}

  get shown(): unknown {
    return this.store.getState().flex.phone.activeCall;
  }

  /** A colleague's call is monitored, or about to be: `CallMonitoringStatus` of 2.17.1 is 0 for "none". */
  get monitors(): boolean {
    return Boolean(this.store.getState().flex.supervisor?.callMonitoring?.status);
  }

  /** Calls back as soon as Flex knows that its monitoring is over, or when it should have known for long. */
  afterMonitoring(then: () => void): void {
    const over = () => {
      forget();
      clearTimeout(timer);
      then();
    };
    const timer = setTimeout(over, MONITORING_ENDS_MS);
    const forget = this.store.subscribe(() => void (this.monitors || over()));
  }

  show(call: VoiceCall): void {
    if (this.shown !== call) this.store.dispatch({ type: 'PHONE_ADD_CALL', payload: call });
  }

  clear(): void {
    if (this.shown) this.store.dispatch({ type: 'PHONE_REMOVE_CALL' });
  }

  /** Draws the mute button anew: Flex itself listens to the calls of its own device only. */
  muteChanged(call: VoiceCall): void {
    if (this.shown === call) this.store.dispatch({ type: 'PHONE_TOGGLE_MUTE', payload: call });
  }
}

/**
 * The class of Flex's device. `voiceClient` is a proxy that binds functions, its `constructor` among them; the
 * prototype's is the class itself.
 */
export const deviceClass = (voice: VoiceDevice): DeviceClass =>
  (Object.getPrototypeOf(voice) as { constructor: DeviceClass }).constructor;

/**
 * What Flex made its device with, and tells nobody: the edge by the worker's `flex_location`, and for Citrix a
 * peer connection, microphone and device list of its own (`configuration.citrixVoiceVdi`).
 */
export function hiddenOptions(voice: VoiceDevice): Record<string, unknown> {
  const options = (voice as { _options?: Record<string, unknown> })._options ?? {};
  const hidden = ['edge', 'RTCPeerConnection', 'getUserMedia', 'enumerateDevices'];
  return Object.fromEntries(hidden.filter((key) => options[key] !== undefined).map((key) => [key, options[key]]));
}

/** Citrix plays an element at the agent's place only if it is told of it, as Flex does for its own device. */
export function playAtCitrix(call: VoiceCall): void {
  const { CitrixWebRTC } = globalThis as { CitrixWebRTC?: { mapAudioElement?(element: unknown): void } };
  if (!CitrixWebRTC?.mapAudioElement) return;
  (call.on as (event: string, listener: (element: unknown) => void) => unknown).call(call, 'audio', (element) =>
    CitrixWebRTC.mapAudioElement?.(element),
  );
}

/** Whether audio has come; no, where the SDK keeps its connection elsewhere, or the browser does not tell. */
export function hasReceived(call: VoiceCall): boolean {
  type Receiver = { getSynchronizationSources?(): unknown[] };
  type Connection = { getReceivers?(): Receiver[] };
  const { pc } = (call as { _mediaHandler?: { version?: { pc?: Connection } } })._mediaHandler?.version ?? {};
  return pc?.getReceivers?.().some((receiver) => (receiver.getSynchronizationSources?.() ?? []).length > 0) ?? false;
}

/**
 * The SDK puts another microphone's track on the wire open, whatever the door (also by itself, when a headset is plugged
 * in), and says nothing. Where this is not found, the door is closed again by the next `volume`, within 50 ms.
 */
export function whenInputChanges(call: VoiceCall, before: (stream: AudioStream) => void, after: () => void): void {
  type Replace = (clone: boolean, stream: AudioStream) => Promise<unknown>;
  const handler = (call as { _mediaHandler?: { _setInputTracksFromStream?: Replace } })._mediaHandler;
  const replace = handler?._setInputTracksFromStream;
  if (!handler || typeof replace !== 'function') return;
  handler._setInputTracksFromStream = (clone, stream) => {
    if (stream) before(stream);
    const done = replace.call(handler, clone, stream);
    return done.then((result) => {
      after();
      return result;
    });
  };
}

/**
 * The SDK counts a device as busy from a call's `accept` on. Flex answers a call that rings once it has set the microphone
 * (2.17.1: `setInputDevice(…).then(accept)`), and the `accept` follows some 100 ms later. A second call that rings in between
 * would be answered by Flex too: two calls on one device, with one microphone track between them.
 */
export function busyFromRing(voice: VoiceDevice, answering: () => boolean): void {
  const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(voice) as object, 'isBusy')?.get;
  if (!own) return;
  Object.defineProperty(voice, 'isBusy', {
    configurable: true,
    get(this: VoiceDevice) {
      return (own.call(this) as boolean) || answering();
    },
  });
}

/** A choice of devices made on Flex's own. */
export type Choice = (audio: VoiceAudio) => Promise<unknown>;

/**
 * Tells of every choice made on Flex's own device once it is in force: the SDK has no event for it. `unsetInputDevice` is
 * none: Flex does it after a call, and a device that is in a call refuses it.
 */
export function whenDevicesChosen(audio: VoiceAudio, chosen: (choice: Choice) => void): void {
  const follow = <A extends unknown[]>(run: (...args: A) => Promise<unknown>, again: (audio: VoiceAudio, ...args: A) => Promise<unknown>) =>
    (...args: A): Promise<unknown> => {
      const done = run(...args);
      done.then(
        () => chosen((other) => again(other, ...args)),
        () => undefined,
      );
      return done;
    };
  audio.setInputDevice = follow(audio.setInputDevice.bind(audio), (other, id) => other.setInputDevice(id));
  audio.setAudioConstraints = follow(audio.setAudioConstraints.bind(audio), (other, constraints) =>
    other.setAudioConstraints(constraints),
  );
  audio.unsetAudioConstraints = follow(audio.unsetAudioConstraints.bind(audio), (other) => other.unsetAudioConstraints());
  const { speakerDevices: speakers } = audio;
  speakers.set = follow(speakers.set.bind(speakers), (other, ids) => other.speakerDevices.set(ids));
}

/**
 * A Sync client of the account's default service. Flex's own (`productId` `flex_insights`) belongs to Twilio: plugins read
 * from it. The class is that one's, without a second copy of the SDK in the bundle; `insightsClient` is a proxy, whose
 * prototype's `constructor` is the class itself. Twilio's own template makes its client so, with Flex's token:
 * https://github.com/twilio-professional-services/flex-project-template, `utils/sdk-clients/sync/SyncClient.ts`.
 */
export function ownSyncClient(insights: object, token: string, options: object | undefined): SyncClient {
  type SyncClass = new (token: string, options: object) => SyncClient;
  const { constructor: Client } = Object.getPrototypeOf(insights) as { constructor: SyncClass };
  const { region, cdsUri } = (options ?? {}) as { region?: string; cdsUri?: string };
  return new Client(token, { ...(region ? { region } : {}), ...(cdsUri ? { cdsUri } : {}) });
}

/** The parts of the manager that the type of this version does not have, or has otherwise. */
/** A reservation of the TaskRouter SDK, as far as it is used here. */
interface Participating {
  readonly sid: string;
  updateParticipant(options: { endConferenceOnExit?: boolean }): Promise<unknown>;
}

/** What Flex's own orders go to, by SID: the SDK's client hands out another wrapper of a reservation each time. */
interface Orders {
  updateParticipant: Participating['updateParticipant'];
  hangingUp: boolean;
}

const real = new Map<string, Orders>();

/**
 * Lets the conference of a reservation outlive this agent's leg. Whenever fewer than three are in it, Flex has it end with
 * the leg (flex-ui 2.17.1, `updateEndConferenceOnExitForTask`), whatever `AcceptTask` was invoked with; and with the leg by which
 * its "Join Call" comes back (`joinCall`, which asks the store's task): until the agent hangs up that is all that it does not
 * reach.
 */
export function outlive(reservation: Participating, store: Pick<FlexStore, 'getState' | 'subscribe'>): void {
  if (real.has(reservation.sid)) return;
  const { sid } = reservation;
  const updateParticipant = reservation.updateParticipant.bind(reservation);
  const orders = { updateParticipant, hangingUp: false };
  real.set(sid, orders);
  reservation.updateParticipant = (options) => (options.endConferenceOnExit ? Promise.resolve() : updateParticipant(options));
  // Flex makes the store's task anew now and then.
  let seen: StoredTask | undefined;
  const watch = () => {
    const task = store.getState().flex.worker.tasks.get(sid);
    if (task === seen) return;
    if (!task) return unsubscribe();
    seen = task;
    const setEnd = task.setEndConferenceOnExit?.bind(task);
    if (setEnd) task.setEndConferenceOnExit = (participant, end) => (end && !orders.hangingUp ? Promise.resolve() : setEnd(participant, end));
  };
  const unsubscribe = store.subscribe(watch);
  watch();
}

/** The agent hangs up: what Flex orders of the others reaches them again. */
export function hangingUp(sid: string): void {
  const orders = real.get(sid);
  if (orders) orders.hangingUp = true;
}

/** Has it end with the leg after all: the agent hangs up. */
export async function endWithLeg(reservation: Participating): Promise<void> {
  const { updateParticipant } = real.get(reservation.sid) ?? reservation;
  await updateParticipant.call(reservation, { endConferenceOnExit: true });
}

export const storeOf = (manager: Flex.Manager): FlexStore => manager.store as unknown as FlexStore;
export const voiceOf = (manager: Flex.Manager): VoiceDevice | undefined => manager.voiceClient as unknown as VoiceDevice | undefined;
