import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Colleague, RawColleague } from '../src/core/types';
import { keepFavourites } from '../src/effects/keepFavourites';
import { localStore } from '../src/effects/localStore';
import { openFavourites } from '../src/effects/openFavourites';
import { restoreFavourites } from '../src/effects/restoreFavourites';
import { writeFavourite } from '../src/effects/writeFavourite';
import { ownSyncClient } from '../src/flex/internals';
import { PersonalMap } from '../src/flex/personalMap';
import { favouriteDeedOf, shortcutOf } from '../src/panels/dialpad/keys';
import { settled } from './fakes';

const colleague = (number: number, changedAt: number, favourite?: number): Colleague => ({
  worker: `WK${number}`,
  favourite,
  changedAt,
});

/** The later one of each; the core's own rule has its tests in Rust. */
const merge = (one: Colleague[], other: Colleague[]): Colleague[] => {
  const all = new Map<string, Colleague>();
  for (const row of [...one, ...other]) {
    const known = all.get(row.worker);
    if (!known || (known.changedAt ?? 0) <= row.changedAt) all.set(row.worker, row);
  }
  return [...all.values()];
};

type Change = { item: { key: string; data: object }; isLocal: boolean };

/** A map as the Sync SDK shows it. */
class FakeMap {
  closed = false;
  readonly listeners: Array<(change: Change) => void> = [];
  readonly ttls: number[] = [];
  constructor(readonly data: Map<string, object>) {}
  async getItems({ pageSize }: { pageSize: number }) {
    const items = [...this.data].map(([key, data]) => ({ key, data }));
    const page = (from: number): { items: typeof items; hasNextPage: boolean; nextPage: () => Promise<unknown> } => ({
      items: items.slice(from, from + pageSize),
      hasNextPage: from + pageSize < items.length,
      nextPage: async () => page(from + pageSize),
    });
    return page(0);
  }
  async mutate(key: string, mutator: (remote: object) => object, { ttl }: { ttl: number }) {
    this.data.set(key, mutator({ ...this.data.get(key) }));
    this.ttls.push(ttl);
  }
  on(_event: string, listener: (change: Change) => void) {
    this.listeners.push(listener);
  }
  close() {
    this.closed = true;
  }
  tell(key: string, data: object, isLocal = false) {
    this.listeners.forEach((listener) => listener({ item: { key, data }, isLocal }));
  }
}

function mapOf(items: Record<string, object>) {
  const data = new Map(Object.entries(items));
  const opened: FakeMap[] = [];
  const map = vi.fn(async (_id: string) => {
    const one = new FakeMap(data);
    opened.push(one);
    return one;
  });
  const client = { map, updateToken: async () => undefined };
  return { data, opened, map, personal: new PersonalMap(() => client as never, merge as never) };
}

describe('the agent’s own map', () => {
  it('is named after him, and read page by page', async () => {
    const items = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`WK${n}`, { changedAt: n }]));
    const { personal, map } = mapOf(items);
    const answer = await openFavourites(personal, vi.fn())({ kind: 'openFavourites', id: 1, owner: 'WKme' });
    expect(map).toHaveBeenCalledWith('backline.WKme');
    if (answer.kind !== 'favourites') throw new Error(answer.kind);
    expect(answer.colleagues).toHaveLength(250);
    expect(answer.colleagues[7]).toEqual({ worker: 'WK7', changedAt: 7 });
  });

  it('tells of what others change, by the item’s key whatever it says itself, and not of what is changed here', async () => {
    const { personal, opened } = mapOf({});
    const heard = vi.fn();
    await personal.open('WKme', heard);
    opened[0]!.tell('WK2', { worker: 'WK3', changedAt: 4 });
    opened[0]!.tell('WK5', {}, true);
    expect(new Set(heard.mock.calls.map(([row]: [RawColleague]) => JSON.stringify(row)))).toEqual(
      new Set([JSON.stringify({ worker: 'WK2', changedAt: 4 })]),
    );
  });

  it('opened again, the older one is closed, and what it still tells is dropped', async () => {
    const { personal, opened } = mapOf({});
    const heard = vi.fn();
    await personal.open('WKme', heard);
    await personal.open('WKme', heard);
    expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
    opened[0]!.tell('WK2', {});
    expect(heard).not.toHaveBeenCalled();
  });

  it('merges what it writes with what is there by then, and says how long it lasts', async () => {
    const { personal, opened, data } = mapOf({ WK2: { changedAt: 9, favourite: 9 } });
    const write = writeFavourite(personal);
    await expect(write({ kind: 'writeFavourite', id: 1, colleague: colleague(2, 5), ttl: 0 })).rejects.toThrow('not open');
    await personal.open('WKme', vi.fn());
    await write({ kind: 'writeFavourite', id: 2, colleague: colleague(2, 5), ttl: 60 });
    expect(data.get('WK2')).toEqual({ changedAt: 9, favourite: 9 });
    await write({ kind: 'writeFavourite', id: 3, colleague: colleague(3, 5, 1), ttl: 0 });
    expect(data.get('WK3')).toEqual({ changedAt: 5, favourite: 1 });
    expect(opened[0]!.ttls).toEqual([60, 0]);
  });

  it('is reached by a client of Flex’s own class, with its token, in its region, but of no product', () => {
    const made: unknown[][] = [];
    class Client {
      constructor(...args: unknown[]) {
        made.push(args);
      }
    }
    const flexs = new Proxy(new Client('flex', { productId: 'flex_insights' }), {});
    expect(ownSyncClient(flexs, 'token', { region: 'ie1', productId: 'flex_insights' })).toBeInstanceOf(Client);
    ownSyncClient(flexs, 'token', undefined);
    expect(made.slice(1)).toEqual([['token', { region: 'ie1' }], ['token', {}]]);
  });
});

describe('what this computer keeps', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('is told if it is a list, and is an empty one otherwise', async () => {
    const read = (kept: unknown) => restoreFavourites({ read: async () => kept, update: vi.fn() })({ kind: 'restoreFavourites', id: 1 });
    expect(await read([{ worker: 'WK2' }])).toEqual({ kind: 'favourites', colleagues: [{ worker: 'WK2' }] });
    for (const other of [undefined, null, 'x', { length: 1 }]) expect(await read(other)).toEqual({ kind: 'favourites', colleagues: [] });
  });

  it('is merged with what another tab has kept meanwhile, and a full disk is nobody else’s trouble', async () => {
    let kept: unknown = [colleague(2, 9, 9)];
    const update = vi.fn(async (change: (kept: unknown) => unknown) => void (kept = change(kept)));
    const keep = keepFavourites({ read: vi.fn(), update }, merge as never);
    keep({ kind: 'keepFavourites', colleagues: [colleague(2, 5), colleague(3, 5, 1)] });
    await settled();
    expect(kept).toEqual([colleague(2, 9, 9), colleague(3, 5, 1)]);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    update.mockRejectedValueOnce(new Error('QuotaExceededError'));
    keep({ kind: 'keepFavourites', colleagues: [] });
    await settled();
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });

  it('is not waited for longer than a moment', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('indexedDB', { open: () => ({}) });
    const { favourites } = localStore(() => 'AC1 WK1');
    const refused = [favourites.read(), favourites.update((kept) => kept)].map((asked) => expect(asked).rejects.toThrow('did not answer'));
    await vi.advanceTimersByTimeAsync(5000);
    await Promise.all(refused);
  });
});

describe('the keys of favourites', () => {
  const none = { key: '', code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

  it('are Ctrl or Cmd and D, and Alt and an arrow', () => {
    expect(favouriteDeedOf({ ...none, key: 'd', ctrlKey: true })).toEqual({ kind: 'star' });
    expect(favouriteDeedOf({ ...none, key: 'D', metaKey: true })).toEqual({ kind: 'star' });
    expect(favouriteDeedOf({ ...none, key: 'ArrowUp', altKey: true })).toEqual({ kind: 'shift', up: true });
    expect(favouriteDeedOf({ ...none, key: 'ArrowDown', altKey: true })).toEqual({ kind: 'shift', up: false });
    for (const other of [{ key: 'd' }, { key: 'd', ctrlKey: true, shiftKey: true }, { key: 'd', ctrlKey: true, altKey: true }, { key: 'ArrowUp' }]) {
      expect(favouriteDeedOf({ ...none, ...other }), JSON.stringify(other)).toBeUndefined();
    }
  });

  it('are Ctrl or Cmd and a digit, on any keyboard', () => {
    expect(shortcutOf({ ...none, key: '1', code: 'Digit1', ctrlKey: true })).toBe(1);
    expect(shortcutOf({ ...none, key: 'ç', code: 'Digit9', metaKey: true })).toBe(9);
    expect(shortcutOf({ ...none, key: '3', code: 'Numpad3', ctrlKey: true })).toBe(3);
    for (const other of [{ ctrlKey: false }, { code: 'Digit0' }, { code: 'KeyA' }, { shiftKey: true }, { altKey: true }, { metaKey: true }]) {
      expect(shortcutOf({ ...none, code: 'Digit1', ctrlKey: true, ...other }), JSON.stringify(other)).toBeUndefined();
    }
  });
});
