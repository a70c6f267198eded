import { describe, expect, it } from 'vitest';
import { activeIndex, deedOf, isOncePressed, led } from '../src/panels/dialpad/keys';

describe('a field whose list is open', () => {
  const press = (key: string, active: number, count = 3) => deedOf(key, true, active, count);

  it('moves by the arrows, round and round, and by Home and End', () => {
    expect(press('ArrowDown', 0)).toEqual({ kind: 'move', active: 1 });
    expect(press('ArrowDown', 2)).toEqual({ kind: 'move', active: 0 });
    expect(press('ArrowUp', 0)).toEqual({ kind: 'move', active: 2 });
    expect(press('Home', 2)).toEqual({ kind: 'move', active: 0 });
    expect(press('End', 0)).toEqual({ kind: 'move', active: 2 });
  });

  it('starts at either end when no row is active', () => {
    expect(press('ArrowDown', -1)).toEqual({ kind: 'move', active: 0 });
    expect(press('ArrowUp', -1)).toEqual({ kind: 'move', active: 2 });
  });

  it('chooses by Enter, and only the active row', () => {
    expect(press('Enter', 1)).toEqual({ kind: 'choose', index: 1 });
    expect(press('Enter', -1)).toBeUndefined();
    expect(press('Enter', 3)).toBeUndefined();
  });

  it('closes by Escape, and leaves every other key to the text', () => {
    expect(press('Escape', 1)).toEqual({ kind: 'close' });
    for (const key of ['b', ' ', 'Tab', 'ArrowLeft', 'ArrowRight', 'Backspace']) expect(press(key, 1), key).toBeUndefined();
  });
});

describe('a field whose list is closed', () => {
  const press = (key: string, count = 3) => deedOf(key, false, -1, count);

  it('opens by the arrows', () => {
    expect(press('ArrowDown')).toEqual({ kind: 'open', active: 0 });
    expect(press('ArrowUp')).toEqual({ kind: 'open', active: 2 });
    expect(press('ArrowUp', 0)).toEqual({ kind: 'open', active: 0 });
  });

  it('goes on by arrows that are held down, and does not call or clear by a key held down', () => {
    expect(['Enter', 'Escape', 'ArrowDown', 'ArrowUp', 'Home', 'End', 'a'].filter(isOncePressed)).toEqual(['Enter', 'Escape']);
  });

  it('calls by Enter and is cleared by Escape', () => {
    expect(press('Enter')).toEqual({ kind: 'submit' });
    expect(press('Escape')).toEqual({ kind: 'clear' });
  });

  it('leaves Home and End to the text', () => {
    expect(press('Home')).toBeUndefined();
    expect(press('End')).toBeUndefined();
  });
});

describe('the active row', () => {
  it('is the first of what was typed for', () => {
    expect(activeIndex(undefined, ['WK1', 'WK2'])).toBe(0);
    expect(activeIndex(undefined, [])).toBe(-1);
  });

  it('stays the same person when others come before him', () => {
    expect(activeIndex('WK1', ['WK0', 'WK1', 'WK2'])).toBe(1);
  });

  it('is nobody once he has left the list: Enter must not take his neighbour', () => {
    const left = activeIndex('WK1', ['WK2', 'WK3']);
    expect(left).toBe(-1);
    expect(deedOf('Enter', true, left, 2)).toBeUndefined();
  });
});

describe('tabs', () => {
  const arrows = { back: 'ArrowLeft', on: 'ArrowRight' };

  it('lead on by Left and Right, Home and End', () => {
    expect(led('ArrowRight', arrows, 0, 2)).toBe(1);
    expect(led('ArrowRight', arrows, 1, 2)).toBe(0);
    expect(led('ArrowLeft', arrows, 0, 2)).toBe(1);
    expect(led('Home', arrows, 1, 2)).toBe(0);
    expect(led('End', arrows, 0, 2)).toBe(1);
  });

  it('lead nowhere by other keys, or if there are none', () => {
    expect(led('ArrowDown', arrows, 0, 2)).toBeUndefined();
    expect(led('ArrowRight', arrows, -1, 0)).toBeUndefined();
  });
});
