import type { CoreEvent } from '../core/types';
import { gate } from './gate';
import type { Gate } from './gate';
import { hasReceived, whenInputChanges } from './internals';
import { soon } from './soon';
import { sentence, sidOf } from './voice';
import type { AudioStream, AudioTrack, VoiceCall, VoiceDevice } from './voice';

/** Which of the two a leg has. */
export interface Doors {
  ear: boolean;
  microphone: boolean;
}

type LegEvent = Extract<CoreEvent, { kind: 'legOffered' | 'legOpened' | 'legAudible' | 'legMuted' | 'legEnded' }>;
export type Offered = Extract<CoreEvent, { kind: 'legOffered' }>['offered'];

/** Whoever keeps the leg. */
export interface Keeper {
  tell(event: LegEvent): void;
  /** The agent muted himself on the call that Flex may show. */
  muteChanged(call: VoiceCall): void;
  opened(leg: Leg): void;
  /** It is over, and told. */
  ended(leg: Leg): void;
}

/** At any of these the SDK may have made or rewritten tracks. `volume` comes every 50 ms: a net below the others. */
const TRACKS_MAY_HAVE_CHANGED = ['audio', 'ringing', 'sample', 'volume', 'reconnecting', 'reconnected', 'warning', 'warning-cleared'];

/**
 * From the answer to the first packet. Without `setSinkId` the SDK makes its audio element without a word; and the browser's
 * own word of the packet, `unmute`, waits in line while Flex draws what TaskRouter tells of the answer, 0.2 s (measured).
 */
const LOOK_MS = 10;
const LOOKS = 300;

/**
 * One leg of this agent's. Its doors are the `enabled` of its tracks: closed from the moment that a track exists, that is
 * before its element plays and before there is a key to encrypt the first packet with; a microphone's, whoever else writes
 * it. His own mute is the SDK's: the microphone's door is only ever closed in addition.
 */
export class Leg {
  readonly sid: string;
  /** Told to the core. */
  offered: Offered | undefined;
  over = false;
  isOpen = false;
  /** A device is being opened for it. */
  forwarding = false;
  private call: VoiceCall;
  private extra: VoiceDevice | undefined;
  private doors: Doors = { ear: false, microphone: false };
  private heard = false;
  private audible = false;
  /** Said in this very tick: the SDK says `error` just before or just after the end that it explains. */
  private lastError: string | undefined;
  private readonly watched = new WeakSet<AudioTrack>();
  /** Of every microphone that it has had. */
  private readonly gates = new Map<AudioTrack, Gate>();

  constructor(
    /** As it rang on Flex's device. */
    readonly original: VoiceCall,
    readonly reservation: string | undefined,
    private readonly keeper: Keeper,
  ) {
    this.sid = sidOf(original);
    this.call = original;
    this.listen(original);
  }

  /** The SDK's call that has, or will have, its audio. */
  get live(): VoiceCall {
    return this.call;
  }

  get device(): VoiceDevice | undefined {
    return this.extra;
  }

  get isOnFlexDevice(): boolean {
    return this.extra === undefined;
  }

  offer(offered: Offered): void {
    if (this.offered || this.over) return;
    this.offered = offered;
    this.keeper.tell({ kind: 'legOffered', leg: this.sid, reservation: this.reservation, offered });
  }

  /** Another device has taken it. What becomes of the original call is of no account from now on. */
  carry(call: VoiceCall, device: VoiceDevice): void {
    this.call = call;
    this.extra = device;
    this.listen(call);
    if (call.status() === 'closed') this.end(call);
  }

  open(doors: Doors): void {
    this.doors = doors;
    this.apply();
  }

  /** What another core has to be told of it. */
  facts(): LegEvent[] {
    if (this.over || !this.offered) return [];
    const { sid: leg, reservation } = this;
    // Not to be forwarded once more.
    const offered = this.isOpen || this.forwarding || !this.isOnFlexDevice ? 'byFlex' : this.offered;
    const facts: LegEvent[] = [{ kind: 'legOffered', leg, reservation, offered }];
    if (this.isOpen) facts.push({ kind: 'legOpened', leg });
    if (this.audible) facts.push({ kind: 'legAudible', leg });
    if (this.call.isMuted()) facts.push({ kind: 'legMuted', leg, muted: true });
    return facts;
  }

  private listen(call: VoiceCall): void {
    const mine = (then: () => void) => () => {
      if (call === this.call && !this.over) then();
    };
    const apply = mine(() => this.apply());
    TRACKS_MAY_HAVE_CHANGED.forEach((event) => call.on(event, apply));
    call.on('accept', mine(() => this.accepted(call)));
    call.on('mute', (muted) =>
      mine(() => {
        this.apply();
        if (this.offered) this.keeper.tell({ kind: 'legMuted', leg: this.sid, muted });
        this.keeper.muteChanged(call);
      })(),
    );
    for (const event of ['disconnect', 'cancel', 'reject']) call.on(event, mine(() => this.end(call)));
    // Signalling is lost for good if there is no token to come back with: the SDK closes the call then, and says no more.
    call.on('transportClose', () => queueMicrotask(mine(() => call.status() === 'closed' && this.end(call))));
    call.on('error', (error) => this.failed(call, sentence(error)));
    whenInputChanges(call, (stream) => this.applyInput(stream), apply);
  }

  private accepted(call: VoiceCall): void {
    this.apply();
    this.offer('byFlex');
    if (!this.isOpen) {
      this.isOpen = true;
      this.keeper.tell({ kind: 'legOpened', leg: this.sid });
      this.keeper.opened(this);
    }
    this.hear();
    this.look(call, LOOKS);
  }

  private look(call: VoiceCall, left: number): void {
    if (this.over || call !== this.call || left === 0) return;
    this.apply();
    // Without its stream there is nothing that could play it yet.
    const plays = tracksOf(call.getRemoteStream()).length > 0;
    if (plays && !this.heard && hasReceived(call)) this.firstPacket();
    if (!plays || !this.heard) soon(() => this.look(call, left - 1), LOOK_MS);
  }

  private apply(): void {
    for (const track of tracksOf(this.call.getRemoteStream())) {
      track.enabled = this.doors.ear;
      this.watch(track);
    }
    this.applyInput(this.call.getLocalStream());
  }

  private applyInput(stream: AudioStream | undefined | null): void {
    for (const track of tracksOf(stream)) {
      const found = this.gates.get(track) ?? gate(track, () => this.doors.microphone && !this.call.isMuted());
      this.gates.set(track, found);
      found.apply();
    }
  }

  private watch(track: AudioTrack): void {
    if (this.watched.has(track)) return;
    this.watched.add(track);
    track.addEventListener?.('unmute', () => this.firstPacket());
    if (!track.muted) this.firstPacket();
  }

  private firstPacket(): void {
    this.heard = true;
    this.hear();
  }

  /** Early media is no call yet. */
  private hear(): void {
    if (!this.heard || !this.isOpen || this.audible || this.over) return;
    this.audible = true;
    this.keeper.tell({ kind: 'legAudible', leg: this.sid });
  }

  private failed(call: VoiceCall, message: string): void {
    if (call !== this.call) return;
    this.lastError = message;
    queueMicrotask(() => {
      this.lastError = undefined;
      // The SDK leaves a call that it could not negotiate as it is, for ever `connecting`.
      if (!this.over && !this.isOpen && this.extra && call === this.call) {
        this.lastError = message;
        call.disconnect();
        if (!this.over) this.end(call);
      }
    });
  }

  private end(call: VoiceCall): void {
    if (this.over || call !== this.call) return;
    this.over = true;
    for (const one of this.gates.values()) one.release();
    const before = this.lastError;
    queueMicrotask(() => {
      if (this.offered) this.keeper.tell({ kind: 'legEnded', leg: this.sid, detail: before ?? this.lastError });
      this.keeper.ended(this);
    });
  }
}

const tracksOf = (stream: AudioStream | undefined | null): AudioTrack[] => stream?.getAudioTracks() ?? [];
