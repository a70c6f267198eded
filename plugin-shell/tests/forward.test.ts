import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeCall, FakeDevice, flexWithLegs, ticks } from './voiceFakes';

afterEach(() => vi.useRealTimers());

/** A live call on Flex's device, and a second one that rings. */
function busy() {
  const test = flexWithLegs();
  test.ring(new FakeCall('CA1')).accept();
  const second = test.ring(new FakeCall('CA2'));
  test.told.length = 0;
  const forwarded = new FakeCall('CA2');
  const connects = () => {
    FakeDevice.next = async (device) => {
      forwarded.answer();
      device.activeCall = forwarded;
      return forwarded;
    };
  };
  return { ...test, second, forwarded, connects, extra: () => FakeDevice.made[1] as FakeDevice };
}

describe('a leg that is forwarded', () => {
  it('gets a device like Flex’s, at its edge, and is closed', async () => {
    const { legs, device, extra, forwarded, connects, told, second } = busy();
    connects();
    device.audio.inputDevice = { deviceId: 'headset' };
    await device.audio.speakerDevices.set(['headset', 'default']);
    await legs.forward('CA2');
    expect(extra().token).toBe('first token');
    expect(extra().options).toEqual({
      dscp: true,
      edge: 'ashburn',
      allowIncomingWhileBusy: false,
      appName: 'flex-ui',
      appVersion: '2.17.1',
    });
    expect(extra().connect).toHaveBeenCalledWith({ connectToken: 'token of CA2', rtcConfiguration: { a: 1 } });
    expect(extra().audio.setInputDevice).toHaveBeenCalledWith('headset');
    expect(extra().audio.speakerDevices.set.mock.calls).toEqual([[['headset', 'default']]]);
    second.over('cancel'); // as Twilio does
    forwarded.accept();
    forwarded.remote.unmute();
    await ticks();
    expect([forwarded.remote.enabled, forwarded.microphone.enabled]).toEqual([false, false]);
    expect(told.map(({ kind }) => kind)).toEqual(['legOpened', 'legAudible']);
    legs.setAudio({ ear: 'CA2', microphone: 'CA2' });
    expect([forwarded.remote.enabled, forwarded.microphone.enabled]).toEqual([true, true]);
  });

  it('ends once, and its device with it', async () => {
    const { legs, extra, forwarded, connects, told } = busy();
    connects();
    await legs.forward('CA2');
    forwarded.accept();
    forwarded.over('disconnect');
    forwarded.emit('disconnect', forwarded);
    await ticks();
    expect(told.map(({ kind }) => kind)).toEqual(['legOpened', 'legEnded']);
    expect(extra().destroy).toHaveBeenCalledOnce();
    await expect(legs.forward('CA2')).rejects.toThrow('does not ring any more');
  });

  it('is over if its caller hangs up before it is connected', async () => {
    const { legs, extra, second, told } = busy();
    const forwarding = legs.forward('CA2');
    await ticks();
    second.over('cancel');
    await expect(forwarding).rejects.toThrow('hung up');
    await ticks();
    expect(extra().destroy).toHaveBeenCalledOnce();
    expect(told).toEqual([{ kind: 'legEnded', leg: 'CA2', detail: undefined }]);
  });

  it('that cannot be connected leaves no device, and can be tried again while it rings', async () => {
    const { legs, extra, told, connects, second } = busy();
    FakeDevice.next = () => Promise.reject(new Error('Cannot parse connectToken'));
    await expect(legs.forward('CA2')).rejects.toThrow('Cannot parse');
    expect(extra().destroy).toHaveBeenCalledOnce();
    expect(told).toEqual([]);
    connects();
    await legs.forward('CA2');
    expect(FakeDevice.made).toHaveLength(3);
    second.over('cancel');
    await expect(legs.forward('CA2')).rejects.toThrow();
  });

  it('is not forwarded twice at a time', async () => {
    const { legs } = busy();
    void legs.forward('CA2').catch(() => undefined);
    await expect(legs.forward('CA2')).rejects.toThrow('already');
  });

  it('fails at once if Twilio refuses the token, and after a while if it does not answer', async () => {
    const { legs, extra } = busy();
    const refused = legs.forward('CA2');
    extra().emit('error', { code: 20101, message: 'AccessTokenInvalid' });
    await expect(refused).rejects.toThrow('AccessTokenInvalid');
    vi.useFakeTimers();
    const silent = legs.forward('CA2');
    silent.catch(() => undefined);
    FakeDevice.made[2]?.emit('error', { code: 31005, message: 'ConnectionError (31005)' });
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(silent).rejects.toThrow('31005');
    expect(FakeDevice.made[2]?.destroy).toHaveBeenCalledOnce();
  });

  it('whose media cannot be negotiated is hung up: the SDK would leave it connecting for ever', async () => {
    const { legs, forwarded, connects, told } = busy();
    connects();
    await legs.forward('CA2');
    forwarded.emit('error', { message: 'Error processing answer' });
    await ticks();
    expect(forwarded.disconnect).toHaveBeenCalledOnce();
    expect(told).toEqual([{ kind: 'legEnded', leg: 'CA2', detail: 'Error processing answer' }]);
  });

  it('follows Flex’s token and the choice of devices', async () => {
    const { legs, device, extra, forwarded, connects, voice } = busy();
    connects();
    await legs.forward('CA2');
    forwarded.accept();
    device.updateToken('second token');
    legs.tokenUpdated();
    expect(extra().updateToken).toHaveBeenCalledWith('second token');
    await voice.audio?.setInputDevice('headset');
    await voice.audio?.speakerDevices.set(['headset']);
    await ticks();
    expect(extra().audio.setInputDevice).toHaveBeenCalledWith('headset');
    expect(extra().audio.speakerDevices.set).toHaveBeenCalledWith(['headset']);
  });

  it('is gone at logout', async () => {
    const { legs, device, extra, connects } = busy();
    connects();
    await legs.forward('CA2');
    device.destroy();
    expect(extra().destroy).toHaveBeenCalledOnce();
  });
});
