import type { CoreEvent, LegAudio } from '../core/types';
import { destroy, takeElsewhere } from './extraDevice';
import type { Site, VoiceOptions } from './extraDevice';
import { busyFromRing, whenDevicesChosen } from './internals';
import type { Choice, PhoneState } from './internals';
import { Leg } from './leg';
import type { Doors, Keeper } from './leg';
import { sentence, sidOf } from './voice';
import type { VoiceCall, VoiceDevice } from './voice';

/** What the legs need of their surroundings. */
export interface Ground {
  dispatch(event: CoreEvent): void;
  /** The legs that are answered, by CallSid. */
  changed(open: string[]): void;
  phone: Pick<PhoneState, 'shown' | 'monitors' | 'afterMonitoring' | 'show' | 'clear' | 'muteChanged'>;
  /** The reservation of a task, if this agent has one. */
  reservationOf(taskSid: string): string | undefined;
  options(): VoiceOptions;
  flexVersion: string;
}

/** Flex marks a call with the tab that accepted its task; the others wait for 5 s before they answer it in its place. */
const SESSION = 'flex_session_identifier';
const ANOTHER_TABS_MS = 5000;

/** A call that rings in, and what Flex's own listener did with it. */
interface Arriving {
  call: VoiceCall;
  /** Looked whether the device is busy: it answers the call, or asks the agent. */
  takes: boolean;
  asks: boolean;
}

/**
 * Between the old call's microphone and the new one's, when he goes straight from one to the other. Speech travels in
 * packets of 20 ms that do not begin at the same moment on two calls: two of them, and nothing of what he says is in both.
 */
const HANDOVER_MS = 40;

/** All legs of this agent in this browser, by CallSid: the one on Flex's device, and those on devices of their own. */
export class Legs {
  private readonly legs = new Map<string, Leg>();
  private audio: LegAudio = { ear: undefined, microphone: undefined };
  private voice: VoiceDevice | undefined;
  /** Between Flex's own listener's turn and ours. */
  private arriving: Arriving | undefined;
  /** The microphone is on its way from this leg to another. */
  private handover: { from: string; timer: ReturnType<typeof setTimeout> } | undefined;
  /** Until the handover is over. */
  private readonly waiting: Array<() => void> = [];
  /** The leg by which Flex monitors a colleague's call, or did last. */
  private listening: Leg | undefined;
  /** To be shown once Flex knows that its monitoring is over. */
  private later: { sid: string } | undefined;
  /** There is no core any more. */
  private alone = false;
  private readonly keeper: Keeper = {
    tell: (event) => this.ground.dispatch(event),
    muteChanged: (call) => this.ground.phone.muteChanged(call),
    opened: (leg) => {
      this.changed();
      if (this.alone) this.makeDo(leg);
    },
    ended: (leg) => this.ended(leg),
  };

  constructor(private readonly ground: Ground) {}

  /** Looks after Flex's device from now on; another one takes its place when Flex makes it anew. */
  attach(voice: VoiceDevice): void {
    if (voice === this.voice) return;
    this.voice = voice;
    voice.prependListener('incoming', (call) => (this.arriving = { call, takes: false, asks: false }));
    voice.on('incoming', (call) => this.incoming(call));
    // At logout.
    voice.on('destroyed', () => this.destroyDevices());
    busyFromRing(voice, () => this.answering());
    if (voice.audio) whenDevicesChosen(voice.audio, (choice) => this.devicesChosen(choice));
  }

  setAudio(audio: LegAudio): void {
    const { microphone } = audio;
    const from = this.handover?.from ?? this.audio.microphone;
    clearTimeout(this.handover?.timer);
    this.handover = undefined;
    if (microphone === undefined || from === undefined || from === microphone || !this.legs.has(from)) {
      this.opened(audio);
      return;
    }
    this.audio = { ...audio, microphone: undefined };
    this.openDoors();
    const over = () => {
      this.handover = undefined;
      this.opened(audio);
    };
    this.handover = { from, timer: setTimeout(over, HANDOVER_MS) };
  }

  /**
   * Done at once, or as soon as the microphone has gone from one call to the other: for what makes Flex draw much of its
   * page anew, which takes longer than the handover and would hold its end up.
   */
  afterHandover(act: () => void): void {
    if (this.handover === undefined) act();
    else this.waiting.push(act);
  }

  private opened(audio: LegAudio): void {
    this.audio = audio;
    this.openDoors();
    for (const act of this.waiting.splice(0)) act();
  }

  private openDoors(): void {
    const { ear, microphone } = this.audio;
    // First those that lose something: nothing is in two calls, not even in between.
    const rank = (leg: Leg) => Number(leg.sid === ear) + Number(leg.sid === microphone);
    for (const leg of [...this.legs.values()].sort((one, other) => rank(one) - rank(other))) leg.open(this.doorsOf(leg));
  }

  /** Resolves once it is connecting. */
  async forward(sid: string): Promise<void> {
    const leg = this.legs.get(sid);
    const token = leg?.original.connectToken;
    if (!leg || !this.voice || leg.over || leg.original.status() !== 'pending') throw new Error('The call does not ring any more.');
    if (leg.forwarding || !leg.isOnFlexDevice) throw new Error('The call is being connected already.');
    if (!token) throw new Error('Twilio gave this call no connect token.');
    const site: Site = { voice: this.voice, options: this.ground.options(), flexVersion: this.ground.flexVersion };
    leg.forwarding = true;
    const hungUp = new Promise<never>((_, reject) => {
      leg.original.on('cancel', () => reject(new Error('The caller hung up.')));
    });
    hungUp.catch(() => undefined);
    try {
      await takeElsewhere(site, token, hungUp, (call, device) => {
        leg.carry(call, device);
        leg.open(this.doorsOf(leg));
      });
    } finally {
      leg.forwarding = false;
    }
  }

  /** Puts a leg's call into Flex's phone state, or takes out what is there of ours. */
  show(sid: string | undefined): void {
    const { phone } = this.ground;
    if (sid !== undefined && this.listening?.over && phone.monitors) {
      // Flex hangs up whatever is there when it learns that the monitored agent has left (2.17.1: `onConferenceUpdate`).
      this.showLater(sid);
      sid = undefined;
    }
    const leg = sid === undefined ? undefined : this.legs.get(sid);
    if (leg && !leg.over) phone.show(leg.live);
    const shown = phone.shown as VoiceCall | undefined;
    // Another plugin's call is not ours to take out.
    if (sid === undefined && shown && (shown.status() === 'closed' || this.legs.has(sidOf(shown)))) phone.clear();
  }

  /** Hangs up a leg by which Flex monitors a colleague's call; Flex takes its end for the monitoring's. */
  endListening(sid: string): void {
    if (this.listening?.sid === sid) this.listening.live.disconnect();
  }

  /** Flex is about to ask the agent whether to drop his call for a second one. True: it need not. */
  takesSecondCall(): boolean {
    if (this.alone) return false;
    if (this.arriving) {
      this.arriving.asks = true;
      return this.arriving.call.connectToken !== undefined;
    }
    const left = [...this.legs.values()].find((leg) => !leg.offered && !leg.over && leg.live.status() === 'pending');
    if (!left) return false;
    this.offer(left);
    return left.offered === 'forwardable';
  }

  /** Flex has renewed its token. */
  tokenUpdated(): void {
    const token = this.voice?.token;
    for (const device of this.devices()) if (token && device.state !== 'destroyed') device.updateToken(token);
  }

  /** What another core is told; the leg that has the agent's ear comes last, and so becomes its live one. */
  facts(): CoreEvent[] {
    const rank = (leg: Leg) => Number(leg.sid === this.audio.ear);
    return [...this.legs.values()].sort((one, other) => rank(one) - rank(other)).flatMap((leg) => leg.facts());
  }

  /** There is no core any more: as many legs as there are, one of them is open. */
  standAlone(): void {
    this.alone = true;
    const open = [...this.legs.values()].filter((leg) => leg.isOpen && !leg.over);
    const leg = open.find(({ sid }) => sid === this.audio.ear) ?? open.pop();
    if (leg) this.makeDo(leg);
  }

  destroyDevices(): void {
    this.devices().forEach(destroy);
  }

  private showLater(sid: string): void {
    const { phone } = this.ground;
    if (this.later === undefined) {
      phone.afterMonitoring(() => {
        const wanted = this.later?.sid;
        this.later = undefined;
        this.listening = undefined;
        this.show(wanted);
      });
    }
    this.later = { sid };
  }

  private incoming(call: VoiceCall): void {
    const { takes, asks } = this.arriving?.call === call ? this.arriving : { takes: false, asks: false };
    this.arriving = undefined;
    const sid = sidOf(call);
    // The telephone app's: Flex leaves it ringing.
    if (call.customParameters?.get('Target') === 'flex-mobile' || sid === '') return;
    if (this.legs.get(sid)?.over === false) return;
    const leg = new Leg(call, this.reservationOf(call), this.keeper);
    this.legs.set(sid, leg);
    if (leg.reservation === undefined && this.ground.phone.monitors) this.listening = leg;
    leg.open(this.doorsOf(leg));
    const pending = call.status() === 'pending';
    // Another tab's: this one's turn comes, if ever, when Flex asks; and it is told when Flex has answered it after all.
    if (pending && !takes && !asks && call.customParameters?.get(SESSION) !== undefined) {
      // Flex's own listener was there first, and so its timer ends first: unless it has asked, it answers.
      setTimeout(() => this.answersAfterAll(leg), ANOTHER_TABS_MS);
      return;
    }
    if (pending && this.voice?.isBusy) this.offer(leg);
    else leg.offer('byFlex');
  }

  /** Flex sets the microphone first: until the call is accepted the device would not seem to be busy. */
  private answersAfterAll(leg: Leg): void {
    if (!this.alone && !leg.over && !leg.offered && leg.live.status() === 'pending') leg.offer('byFlex');
  }

  private offer(leg: Leg): void {
    if (!this.alone) leg.offer(leg.original.connectToken ? 'forwardable' : 'nowhere');
  }

  private reservationOf({ customParameters }: VoiceCall): string | undefined {
    const task = customParameters?.get('taskSid') ?? customParameters?.get('TaskSid');
    return task === undefined ? undefined : this.ground.reservationOf(task);
  }

  private ended(leg: Leg): void {
    if (this.legs.get(leg.sid) === leg) this.legs.delete(leg.sid);
    this.changed();
    if (leg.device) destroy(leg.device);
    if (this.alone && leg.sid === this.audio.ear) this.standAlone();
  }

  private changed(): void {
    this.ground.changed([...this.legs.values()].filter((leg) => leg.isOpen && !leg.over).map(({ sid }) => sid));
  }

  private makeDo({ sid, live }: Leg): void {
    this.setAudio({ ear: sid, microphone: sid });
    this.ground.phone.show(live);
  }

  private doorsOf({ sid }: Leg): Doors {
    return { ear: sid === this.audio.ear, microphone: sid === this.audio.microphone };
  }

  private devicesChosen(choice: Choice): void {
    for (const leg of this.legs.values()) {
      const audio = leg.isOpen ? leg.device?.audio : undefined;
      if (audio) choice(audio).catch((error: unknown) => console.warn('[backline] devices', sentence(error)));
    }
  }

  private devices(): VoiceDevice[] {
    return [...this.legs.values()].flatMap((leg) => leg.device ?? []);
  }

  /** Whether Flex is answering a call on its device, or has made up its mind to: it chooses the microphone first. */
  private answering(): boolean {
    if (this.arriving) this.arriving.takes = true;
    return [...this.legs.values()].some((leg) => {
      const status = leg.over || !leg.isOnFlexDevice ? 'closed' : leg.live.status();
      return status === 'connecting' || (status === 'pending' && leg.offered === 'byFlex');
    });
  }
}
