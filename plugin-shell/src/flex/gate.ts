import type { AudioTrack } from './voice';

/** Of a track's `enabled`: opens or closes it as it should be now. */
export interface Gate {
  apply(): void;
  /** The track is its own again, unless another has a gate on it by now. */
  release(): void;
}

interface Gated {
  isOpen: () => boolean;
  apply(): void;
  restore(): void;
}

const gated = new WeakMap<AudioTrack, Gated>();

/**
 * Whatever is written to the track's `enabled`, it is open only while `isOpen` says so. The Voice SDK opens its microphone as
 * a call is answered (2.x: `call.mute` in `onopen`) and as another one is plugged in; closed again a few milliseconds
 * later, a packet of 20 ms of what the agent said was gone all the same (measured). The latest gate on a track counts.
 */
export function gate(track: AudioTrack, isOpen: () => boolean): Gate {
  const own = gated.get(track) ?? install(track, isOpen);
  own.isOpen = isOpen;
  return {
    apply: () => own.apply(),
    release: () => {
      if (own.isOpen === isOpen) own.restore();
    },
  };
}

function install(track: AudioTrack, isOpen: () => boolean): Gated {
  const before = Object.getOwnPropertyDescriptor(track, 'enabled');
  const native = before ?? inherited(track);
  let value = track.enabled;
  const one: Gated = {
    isOpen,
    apply: () => {
      value = one.isOpen();
      native?.set?.call(track, value);
    },
    restore: () => {
      gated.delete(track);
      delete (track as { enabled?: boolean }).enabled;
      if (before) Object.defineProperty(track, 'enabled', 'value' in before ? { ...before, value } : before);
    },
  };
  Object.defineProperty(track, 'enabled', {
    configurable: true,
    enumerable: true,
    get: () => (native?.get ? (native.get.call(track) as boolean) : value),
    set: one.apply,
  });
  gated.set(track, one);
  return one;
}

/** A browser's track has it on its prototype. */
function inherited(track: AudioTrack): PropertyDescriptor | undefined {
  for (let owner: unknown = Object.getPrototypeOf(track); owner; owner = Object.getPrototypeOf(owner)) {
    const found = Object.getOwnPropertyDescriptor(owner, 'enabled');
    if (found) return found;
  }
  return undefined;
}
