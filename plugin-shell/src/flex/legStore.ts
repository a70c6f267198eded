/** In `sessionStorage`, which is this tab's own and survives a reload and a restored crash. */
const KEY = 'backline.legs';

/** After `beforeunload` the page goes within this time, or stays: a slow server's page comes later than that rarely. */
const STAY_MS = 10_000;

/** The window, as far as it is used. */
export interface Tab {
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  addEventListener(type: 'beforeunload', listener: () => void, options: { capture: true }): void;
  setTimeout(callback: () => void, ms: number): unknown;
}

/**
 * The answered legs of this tab, kept across a reload: the Voice SDK hangs up with the page, and what is still noted then
 * was not hung up by anybody.
 */
export class LegStore {
  private readonly lost: string[];
  private frozen = false;

  constructor(private readonly tab: Tab) {
    this.lost = this.read();
    this.keep([]);
    // Flex hangs up right after it. Whoever decides to stay is asked within that time.
    const stay = () => (this.frozen = false);
    const leave = () => {
      this.frozen = true;
      tab.setTimeout(stay, STAY_MS);
    };
    tab.addEventListener('beforeunload', leave, { capture: true });
  }

  keep(open: string[]): void {
    if (this.frozen) return;
    try {
      if (open.length > 0) this.tab.sessionStorage.setItem(KEY, JSON.stringify(open));
      else this.tab.sessionStorage.removeItem(KEY);
    } catch {
      // Storage is full, or forbidden: after a reload the agent reads nothing of the calls that went with the page.
    }
  }

  /** Once: a core that is built again has lost nothing. */
  takeLost(): string[] {
    return this.lost.splice(0);
  }

  private read(): string[] {
    try {
      const kept: unknown = JSON.parse(this.tab.sessionStorage.getItem(KEY) ?? '[]');
      return Array.isArray(kept) ? kept.filter((sid): sid is string => /^CA[0-9a-f]{32}$/.test(String(sid))) : [];
    } catch {
      return [];
    }
  }
}
