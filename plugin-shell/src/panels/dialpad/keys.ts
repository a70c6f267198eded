/** The two keys that lead back and on: Up and Down in a list, Left and Right among tabs. */
export interface Arrows {
  back: string;
  on: string;
}

/** Where a key leads from the thing at `from` (-1: none yet) among `count`, round and round; nothing if it is no such key. */
export function led(key: string, { back, on }: Arrows, from: number, count: number): number | undefined {
  if (count === 0) return undefined;
  switch (key) {
    case on:
      return (from + 1) % count;
    case back:
      return from <= 0 ? count - 1 : from - 1;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

const UP_AND_DOWN: Arrows = { back: 'ArrowUp', on: 'ArrowDown' };

/** What a key in a combobox's field does. Every other key is the text field's own. */
export type Deed =
  | { kind: 'open'; active: number }
  | { kind: 'move'; active: number }
  | { kind: 'choose'; index: number }
  | { kind: 'close' }
  | { kind: 'clear' }
  /** Enter while there is no list: the form's own button. */
  | { kind: 'submit' };

/** What a key that is held down does not do again: Enter that chose somebody would call him, Escape that closed the list clear it. */
export const isOncePressed = (key: string) => key === 'Enter' || key === 'Escape';

/**
 * The keys of an editable combobox: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/. Nobody is chosen but by Enter on
 * the row that shows as active (-1: none), for a wrong choice here calls the wrong person.
 */
export function deedOf(key: string, open: boolean, active: number, count: number): Deed | undefined {
  if (key === 'Escape') return { kind: open ? 'close' : 'clear' };
  if (key === 'Enter') {
    if (!open) return { kind: 'submit' };
    return active >= 0 && active < count ? { kind: 'choose', index: active } : undefined;
  }
  if (open) {
    const to = led(key, UP_AND_DOWN, active, count);
    return to === undefined ? undefined : { kind: 'move', active: to };
  }
  if (key === 'ArrowDown') return { kind: 'open', active: 0 };
  if (key === 'ArrowUp') return { kind: 'open', active: Math.max(0, count - 1) };
  return undefined;
}

/** What a key does to a favourite, besides what a combobox does. Cmd is a Mac's Ctrl. */
export type FavouriteDeed = { kind: 'star' } | { kind: 'shift'; up: boolean };

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Ctrl+D, as browsers mark a page by it; Alt and an arrow, as editors move a line. */
export function favouriteDeedOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed): FavouriteDeed | undefined {
  if (shiftKey) return undefined;
  if (key.toLowerCase() === 'd' && ctrlKey !== metaKey && !altKey) return { kind: 'star' };
  if (altKey && !ctrlKey && !metaKey && (key === 'ArrowUp' || key === 'ArrowDown')) return { kind: 'shift', up: key === 'ArrowUp' };
  return undefined;
}

/** The digit of Ctrl and a digit. By its place: on a French keyboard the key itself says `&`. */
export function shortcutOf({ code, ctrlKey, metaKey, altKey, shiftKey }: Pressed): number | undefined {
  if (ctrlKey === metaKey || altKey || shiftKey) return undefined;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
  return digit === undefined ? undefined : Number(digit);
}

/** Where the active row is now (-1: nowhere): the first, until it is known which; then that very one, wherever it went. */
export function activeIndex(activeKey: string | undefined, keys: string[]): number {
  if (activeKey !== undefined) return keys.indexOf(activeKey);
  return keys.length > 0 ? 0 : -1;
}
