import { describe, expect, it, vi } from 'vitest';
import { FakeCall, FakeDevice, FakeTrack, flexWithLegs, OWN_SESSION, streamOf, ticks } from './voiceFakes';

const doors = ({ remote, microphone }: FakeCall) => ({ ear: remote.enabled, microphone: microphone.enabled });
const closed = { ear: false, microphone: false };
const open = { ear: true, microphone: true };

describe('a leg on Flex’s device', () => {
  it('is closed from its creation, and before its element could play', () => {
    const { ring } = flexWithLegs();
    const call = ring(new FakeCall('CA1'));
    call.on('audio', () => expect(call.remote.enabled).toBe(false));
    call.accept();
    expect(doors(call)).toEqual(closed);
  });

  it('is closed where the SDK makes its element without a word', () => {
    const { ring } = flexWithLegs();
    const call = ring(new FakeCall('CA1'));
    call.accept({ says: false });
    expect(doors(call)).toEqual(closed);
  });

  it('is told when offered, open, audible and muted, and what task it is for', () => {
    const { ring, told } = flexWithLegs();
    const call = ring(new FakeCall('CA1', 'token', { taskSid: 'WT1' }));
    call.accept();
    call.remote.unmute();
    call.remote.unmute();
    call.mute(true);
    expect(told).toEqual([
      { kind: 'legOffered', leg: 'CA1', reservation: 'WR1', offered: 'byFlex' },
      { kind: 'legOpened', leg: 'CA1' },
      { kind: 'legAudible', leg: 'CA1' },
      { kind: 'legMuted', leg: 'CA1', muted: true },
    ]);
  });

  it('is audible by its first packet, though the browser has not said so yet', () => {
    vi.useFakeTimers();
    const postTask = vi.fn(async (act: () => void, { delay }: { delay: number }) => void setTimeout(act, delay));
    vi.stubGlobal('scheduler', { postTask });
    try {
      const { ring, kinds } = flexWithLegs();
      const call = ring(new FakeCall('CA1'));
      call.accept();
      vi.advanceTimersByTime(50);
      expect(kinds()).toEqual(['legOffered', 'legOpened']);
      expect(postTask.mock.calls[0]?.[1]).toEqual({ priority: 'user-blocking', delay: 10 });
      call.sources = [{}];
      vi.advanceTimersByTime(10);
      expect(kinds()).toEqual(['legOffered', 'legOpened', 'legAudible']);
      call.remote.unmute();
      vi.advanceTimersByTime(50);
      expect(kinds()).toEqual(['legOffered', 'legOpened', 'legAudible']);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.unstubAllGlobals();
      vi.useRealTimers();
    }
  });

  it('is not audible before there is a stream that plays it', () => {
    vi.useFakeTimers();
    try {
      const { ring, kinds } = flexWithLegs();
      const call = ring(new FakeCall('CA1'));
      call.answer();
      call.sources = [{}];
      call.state = 'open';
      call.emit('accept', call);
      vi.advanceTimersByTime(100);
      expect(kinds()).toEqual(['legOffered', 'legOpened']);
      call.plays();
      vi.advanceTimersByTime(10);
      expect(kinds()).toEqual(['legOffered', 'legOpened', 'legAudible']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is audible at once if its first packet was there before', () => {
    const { ring, kinds } = flexWithLegs();
    const call = ring(new FakeCall('CA1'));
    call.remote.unmute();
    call.accept();
    expect(kinds()).toEqual(['legOffered', 'legOpened', 'legAudible']);
  });

  it('is told to be over once, with what broke it', async () => {
    const { ring, told } = flexWithLegs();
    const broken = ring(new FakeCall('CA1'));
    broken.over('disconnect');
    broken.emit('error', { message: 'Media connection failed.' });
    broken.emit('disconnect', broken);
    await ticks();
    expect(told.slice(1)).toEqual([{ kind: 'legEnded', leg: 'CA1', detail: 'Media connection failed.' }]);
  });

  it('survives an error that the SDK survives, and does not blame its end on it', async () => {
    const { ring, told, kinds } = flexWithLegs();
    const call = ring(new FakeCall('CA1'));
    call.accept();
    call.emit('error', { message: 'Could not send DTMF' });
    await ticks();
    expect(kinds()).not.toContain('legEnded');
    call.over('disconnect');
    await ticks();
    expect(told.at(-1)).toEqual({ kind: 'legEnded', leg: 'CA1', detail: undefined });
  });

  it('is over when signalling is lost for good, which the SDK does not call a disconnect', async () => {
    const { ring, kinds } = flexWithLegs();
    const call = ring(new FakeCall('CA1'));
    call.emit('transportClose');
    call.state = 'closed';
    await ticks();
    expect(kinds()).toEqual(['legOffered', 'legEnded']);
  });

  describe.each([
    ['whoever it is for', {}],
    ['accepted in this tab', { flex_session_identifier: OWN_SESSION }],
  ])('that Flex answers (%s) makes the device busy: a second one is not answered on it as well', (_, params) => {
    const rings = async (microphone: 'set' | 'being set') => {
      const { ring, told, questions } = flexWithLegs();
      const first = ring(new FakeCall('CA1', 'token', params));
      if (microphone === 'set') await ticks();
      const state = first.state;
      const second = ring(new FakeCall('CA2'));
      await ticks();
      expect(second.state).toBe('pending');
      expect(questions).toEqual([true]);
      expect(told).toMatchObject([
        { leg: 'CA1', offered: 'byFlex' },
        { leg: 'CA2', offered: 'forwardable' },
      ]);
      return state;
    };

    it('while it connects', async () => {
      expect(await rings('set')).toBe('connecting');
    });

    it('while Flex still sets the microphone', async () => {
      expect(await rings('being set')).toBe('pending');
    });
  });
});

describe('isolation', () => {
  const two = () => {
    const test = flexWithLegs();
    const one = test.ring(new FakeCall('CA1'));
    one.accept();
    test.device.activeCall = undefined;
    const other = test.ring(new FakeCall('CA2'));
    other.accept();
    return { ...test, one, other };
  };

  it('gives ear and microphone to the named leg alone', () => {
    const { legs, one, other } = two();
    legs.setAudio({ ear: 'CA1', microphone: 'CA1' });
    expect([doors(one), doors(other)]).toEqual([open, closed]);
    legs.setAudio({ ear: 'CA2' });
    expect([doors(one), doors(other)]).toEqual([closed, { ear: true, microphone: false }]);
  });

  it('hands the microphone over with a pause, for whichever call it goes to in the end, and does the rest after it', () => {
    vi.useFakeTimers();
    try {
      const { legs, one, other, ring, device } = two();
      device.activeCall = undefined;
      const third = ring(new FakeCall('CA3'));
      third.accept();
      legs.setAudio({ ear: 'CA1', microphone: 'CA1' });
      legs.setAudio({ ear: 'CA2', microphone: 'CA2' });
      const after = vi.fn();
      legs.afterHandover(after);
      vi.advanceTimersByTime(39);
      expect([doors(one), doors(other)]).toEqual([closed, { ear: true, microphone: false }]);
      legs.setAudio({ ear: 'CA3', microphone: 'CA3' });
      vi.advanceTimersByTime(39);
      expect([doors(other), doors(third)]).toEqual([closed, { ear: true, microphone: false }]);
      expect(after).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect([doors(one), doors(other), doors(third)]).toEqual([closed, closed, open]);
      expect(after).toHaveBeenCalledOnce();
      legs.setAudio({ ear: 'CA1', microphone: 'CA1' });
      legs.setAudio({ ear: 'CA3', microphone: 'CA3' });
      expect(doors(third), 'nobody had it in between').toEqual(open);
      legs.afterHandover(after);
      expect(after).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('holds when the SDK rewrites a track at mute, and keeps his own mute', () => {
    const { legs, one, other } = two();
    legs.setAudio({ ear: 'CA1', microphone: 'CA1' });
    other.mute(true);
    other.mute(false);
    expect(other.microphone.enabled).toBe(false);
    one.mute(true);
    legs.setAudio({ ear: 'CA2', microphone: 'CA2' });
    legs.setAudio({ ear: 'CA1', microphone: 'CA1' });
    expect(doors(one)).toEqual({ ear: true, microphone: false });
    one.mute(false);
    expect(doors(one)).toEqual(open);
  });

  it('is opened for no moment by the SDK, as it answers and as it mutes', () => {
    const { legs, other } = two();
    legs.setAudio({ ear: 'CA1', microphone: 'CA1' });
    const { microphone } = other;
    microphone.enabled = true;
    expect(microphone.enabled).toBe(false);
    legs.setAudio({ ear: 'CA2', microphone: 'CA2' });
    other.mute(true);
    expect(microphone.enabled).toBe(false);
    other.over('disconnect');
    microphone.enabled = true;
    expect(microphone.enabled, 'the track is its own again').toBe(true);
  });

  it('holds when another microphone is plugged in: its track is closed before it is sent', async () => {
    const { legs, other } = two();
    legs.setAudio({ ear: 'CA1', microphone: 'CA1' });
    await other._mediaHandler._setInputTracksFromStream(false, streamOf(new FakeTrack()));
    expect(other.sent).toEqual([false]);
    expect(other.microphone.enabled).toBe(false);
  });

  it('is put right by the next volume event, whatever opened a track', () => {
    const { legs, other } = two();
    legs.setAudio({ ear: 'CA1', microphone: 'CA1' });
    [other.remote.enabled, other.microphone.enabled] = [true, true];
    other.emit('volume', 0, 0);
    expect(doors(other)).toEqual(closed);
  });

  it('leaves one leg open when the core is gone', async () => {
    const { legs, one, other } = two();
    legs.standAlone();
    expect([doors(one), doors(other)]).toEqual([closed, open]);
    other.over('disconnect');
    await ticks();
    expect(doors(one)).toEqual(open);
  });
});

describe('Flex’s phone state', () => {
  it('is changed only where it differs, and emptied only of what is ours', () => {
    const { legs, ring, phone } = flexWithLegs();
    const call = ring(new FakeCall('CA1'));
    legs.show('CA1');
    expect(phone.shown).toBe(call);
    legs.show('CA9');
    expect(phone.shown).toBe(call);
    legs.show(undefined);
    legs.show(undefined);
    expect(phone.clear).toHaveBeenCalledOnce();
    const foreign = new FakeCall('CA7');
    phone.show(foreign as never);
    legs.show(undefined);
    expect(phone.shown).toBe(foreign);
  });
});

describe('listening in', () => {
  it('ends by hanging up its leg, and only what Flex monitors by', () => {
    const { legs, ring, phone } = flexWithLegs();
    const own = ring(new FakeCall('CA1'));
    own.accept();
    phone.monitors = true;
    const call = ring(new FakeCall('CA2'));
    const [kept, hungUp] = [vi.spyOn(own, 'disconnect'), vi.spyOn(call, 'disconnect')];
    legs.endListening('CA1');
    legs.endListening('CA2');
    expect(kept).not.toHaveBeenCalled();
    expect(hungUp).toHaveBeenCalledOnce();
  });

  it('leaves Flex nothing to hang up until Flex knows that its monitoring is over', () => {
    const { legs, ring, phone } = flexWithLegs();
    const own = ring(new FakeCall('CA1'));
    own.accept();
    phone.monitors = true;
    const call = ring(new FakeCall('CA2'));
    legs.show('CA1');
    expect(phone.shown).toBe(own);
    call.over('disconnect');
    legs.show('CA1');
    legs.show('CA1');
    expect(phone.shown).toBeUndefined();
    expect(phone.afterMonitoring).toHaveBeenCalledOnce();
    phone.monitors = false;
    phone.afterMonitoring.mock.calls[0]?.[0]();
    expect(phone.shown).toBe(own);
  });
});

describe('Flex’s question about a second call', () => {
  it('is dropped for a call that can be forwarded, and for no other', () => {
    const { ring, questions, told } = flexWithLegs();
    ring(new FakeCall('CA1')).accept();
    ring(new FakeCall('CA2'));
    ring(Object.assign(new FakeCall('CA3'), { connectToken: undefined }));
    expect(questions).toEqual([true, false]);
    expect(told.slice(-2)).toMatchObject([{ offered: 'forwardable' }, { offered: 'nowhere' }]);
  });

  it('leaves another tab’s call alone until Flex asks', () => {
    const { device, ring, legs, told } = flexWithLegs();
    const call = ring(new FakeCall('CA2', 'token', { flex_session_identifier: 'of another tab' }));
    expect(told).toEqual([]);
    device.activeCall = new FakeCall('CA1');
    expect(legs.takesSecondCall()).toBe(true);
    expect(told).toMatchObject([{ leg: 'CA2', offered: 'forwardable' }]);
    expect(call.state).toBe('pending');
  });

  it('finds the device busy while Flex sets the microphone to answer in the other tab’s place', () => {
    vi.useFakeTimers();
    const { voice, ring, legs, told, questions } = flexWithLegs();
    const ofAnother = { flex_session_identifier: 'of another tab' };
    ring(new FakeCall('CA2', 'token', ofAnother));
    ring(new FakeCall('CA3', 'token', ofAnother)).over('cancel');
    vi.advanceTimersByTime(4999);
    expect(voice.isBusy).toBe(false);
    vi.advanceTimersByTime(1);
    expect(voice.isBusy).toBe(true);
    expect(legs.takesSecondCall()).toBe(false);
    ring(new FakeCall('CA4'));
    expect(questions).toEqual([true]);
    expect(told).toMatchObject([
      { leg: 'CA2', offered: 'byFlex' },
      { leg: 'CA4', offered: 'forwardable' },
    ]);
    vi.useRealTimers();
  });

  it('says nothing of a call that the other tab took', async () => {
    const { ring, told } = flexWithLegs();
    ring(new FakeCall('CA2', 'token', { flex_session_identifier: 'of another tab' })).over('cancel');
    await ticks();
    expect(told).toEqual([]);
  });

  it('is not ours without a core', () => {
    const { ring, legs, questions } = flexWithLegs();
    ring(new FakeCall('CA1')).accept();
    legs.standAlone();
    ring(new FakeCall('CA2'));
    expect(questions).toEqual([false]);
  });
});

describe('a renewed core', () => {
  it('is told of the legs there are, the one with the ear last', () => {
    const { legs, ring, device } = flexWithLegs();
    ring(new FakeCall('CA1')).accept();
    device.activeCall = undefined;
    ring(new FakeCall('CA2')).accept();
    legs.setAudio({ ear: 'CA1', microphone: 'CA1' });
    expect(legs.facts().map((event) => [event.kind, 'leg' in event && event.leg])).toEqual([
      ['legOffered', 'CA2'],
      ['legOpened', 'CA2'],
      ['legOffered', 'CA1'],
      ['legOpened', 'CA1'],
    ]);
  });
});

it('the fakes stand for Flex: a device behind a proxy', () => {
  expect(flexWithLegs().voice.constructor).not.toBe(FakeDevice);
  expect(vi.isMockFunction(FakeDevice.made[0]?.connect)).toBe(true);
});
