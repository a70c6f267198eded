import type * as Flex from '@twilio/flex-ui';
import type { CoreEvent } from '../core/types';
import { StoreWatch } from '../flex-hooks/events/conferences';
import { dropSecondCallQuestion } from '../flex-hooks/events/secondCallNotification';
import { dropOutboundCallAlert, lacking, lackingDevice, PhoneState, storeOf, voiceOf } from './internals';
import { Legs } from './legs';
import { LegStore } from './legStore';
import type { Tab } from './legStore';
import type { VoiceOptions } from './extraDevice';
import type { FlexPort } from './port';

/** `serviceConfiguration`, as far as it is read here. */
interface Configuration {
  ui_attributes?: {
    custom_data?: {
      features?: {
        multi_call?: { enabled?: unknown };
        internal_call?: { call_target?: unknown };
      };
    };
  };
}

/** Several calls at once, as far as Flex and the Voice SDK are concerned. Off, nothing of Flex's is touched. */
export class MultiCall {
  readonly legs: Legs;
  private readonly conferences: StoreWatch;
  private readonly stored: LegStore;
  private on = false;
  private watched = false;

  constructor(
    private readonly flex: typeof Flex,
    private readonly manager: Flex.Manager,
    private readonly port: FlexPort,
    private readonly dispatch: (event: CoreEvent) => void,
    tab: Tab,
  ) {
    const store = storeOf(manager);
    this.conferences = new StoreWatch(store);
    this.stored = new LegStore(tab);
    this.legs = new Legs({
      dispatch,
      changed: (legs) => this.stored.keep(legs),
      phone: new PhoneState(store),
      reservationOf: (taskSid) =>
        [...port.worker().reservations.values()].find(({ task, status }) => task.sid === taskSid && TALKING.includes(status))?.sid,
      options: () => (manager.configuration.sdkOptions?.voice ?? {}) as VoiceOptions,
      flexVersion: flex.VERSION,
    });
  }

  /** Begins, if it is configured and this Flex can do it; if it cannot, the agent is told why. */
  start(): void {
    const { ui_attributes } = this.port.configuration() as Configuration;
    const features = ui_attributes?.custom_data?.features;
    if (features?.multi_call?.enabled !== true) return this.startSingle();
    // A phone elsewhere has no legs here, only conferences.
    const phone = (this.manager.workerClient?.attributes as { contact_uri?: string } | undefined)?.contact_uri;
    const isHere = phone === undefined || phone.startsWith('client:');
    const store = storeOf(this.manager);
    const detail = lacking(this.flex.VERSION, store) ?? (isHere ? lackingDevice(voiceOf(this.manager)) : undefined);
    if (detail) {
      this.port.tell(this.port.text('BacklineMultiCallUnsupported', { detail }), 'lastingError');
      return this.startSingle();
    }
    this.on = true;
    dropOutboundCallAlert(store);
    this.conferences.watch(this.dispatch);
    if (!isHere) return;
    const attach = () => {
      const voice = voiceOf(this.manager);
      if (voice && !lackingDevice(voice)) this.legs.attach(voice);
    };
    attach();
    // Flex makes its device anew when its clients could not be initialized at first.
    store.subscribe(attach);
    this.manager.events.addListener('tokenUpdated', () => this.legs.tokenUpdated());
    dropSecondCallQuestion(this.flex, this.legs);
  }

  /** One call at a time: nobody is put on hold for another, but a call that is handed over waits for who is in its conference. */
  private startSingle(): void {
    this.watched = handsOver(this.port.configuration() as Configuration);
    if (this.watched) this.conferences.watch(this.dispatch);
    else this.conferences.watchSelection(this.dispatch);
  }

  /** What the core is told of the configuration: as off as it is here. */
  configuration(): object {
    const configuration = this.port.configuration() as Configuration;
    if (this.on) return configuration;
    const { ui_attributes } = configuration;
    const features = { ...ui_attributes?.custom_data?.features, multi_call: { enabled: false } };
    return { ...configuration, ui_attributes: { ...ui_attributes, custom_data: { ...ui_attributes?.custom_data, features } } };
  }

  /** Legs that went with the page, when it was reloaded or crashed; told to its first core only. */
  lost(): string[] {
    return this.on ? this.stored.takeLost() : [];
  }

  /** What a core that knows nothing is told after the reservations. */
  facts(): CoreEvent[] {
    if (this.on) return [...this.conferences.facts(), ...this.legs.facts()];
    if (this.watched) return this.conferences.facts();
    this.conferences.forgetSelection();
    return this.conferences.selection();
  }
}

/** Whether calls between agents may be handed over: whether they are is the core's to say. */
function handsOver({ ui_attributes }: Configuration): boolean {
  const target = ui_attributes?.custom_data?.features?.internal_call?.call_target;
  return typeof target === 'string' && target !== '';
}

/** The reservations that a leg may be for. */
const TALKING: readonly string[] = ['pending', 'accepted'];
