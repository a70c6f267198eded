/** What a key does on the menu's button, or in the menu. */
export type Move = 'open' | 'close' | 'leave' | 'none';

/** The ARIA pattern of a menu button, for a menu of one item: https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/. */
export function moveOf(key: string, open: boolean): Move {
  switch (key) {
    case 'ArrowDown':
    case 'ArrowUp':
      return open ? 'none' : 'open';
    case 'Escape':
      return open ? 'close' : 'none';
    case 'Tab':
      return open ? 'leave' : 'none';
    default:
      return 'none';
  }
}
