import { describe, expect, it } from 'vitest';
import { LegStore } from '../src/flex/legStore';
import { FakeCall, fakeTab, flexWithLegs, ticks } from './voiceFakes';

const sid = (digit: string) => `CA${digit.repeat(32)}`;

describe('the legs that went with the page', () => {
  it('are those that were answered when it went, though the SDK hangs up after it', () => {
    const tab = fakeTab();
    const store = new LegStore(tab);
    store.keep([sid('1'), sid('2')]);
    tab.leave();
    store.keep([]);
    const next = new LegStore(fakeTab(tab.storage));
    expect(next.takeLost()).toEqual([sid('1'), sid('2')]);
    expect(next.takeLost()).toEqual([]);
  });

  it('are none after a call that was hung up, and none twice', () => {
    const tab = fakeTab();
    const store = new LegStore(tab);
    store.keep([sid('1')]);
    store.keep([]);
    tab.leave();
    expect(new LegStore(fakeTab(tab.storage)).takeLost()).toEqual([]);
    store.keep([sid('1')]);
    expect(tab.storage.size).toBe(0);
  });

  it('are none after a page that stayed and hung up', () => {
    const tab = fakeTab();
    const store = new LegStore(tab);
    store.keep([sid('1')]);
    tab.leave();
    tab.stay();
    store.keep([]);
    expect(new LegStore(fakeTab(tab.storage)).takeLost()).toEqual([]);
  });

  it('are those of a crash, which tells nobody', () => {
    const tab = fakeTab();
    new LegStore(tab).keep([sid('1')]);
    expect(new LegStore(fakeTab(tab.storage)).takeLost()).toEqual([sid('1')]);
    expect(new LegStore(fakeTab(tab.storage)).takeLost()).toEqual([]);
  });

  it('are what only this plugin may have written', () => {
    for (const written of ['', 'no json', '7', '{}', '[1,null,"CA1","<b>"]']) {
      expect(new LegStore(fakeTab(new Map([['backline.legs', written]]))).takeLost()).toEqual([]);
    }
  });

  it('are told as they come and go', async () => {
    const { ring, changed } = flexWithLegs();
    const call = ring(new FakeCall('CA1'));
    call.accept();
    expect(changed).toHaveBeenLastCalledWith(['CA1']);
    call.over('disconnect');
    await ticks();
    expect(changed).toHaveBeenLastCalledWith([]);
  });
});
