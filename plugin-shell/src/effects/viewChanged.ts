import type { Handler } from '../core/executor';
import type { Panel } from '../core/types';

/** Who shows a panel, and is told that its view is to be fetched again. */
export class PanelSubscribers {
  private readonly listeners = new Map<Panel, Set<() => void>>();

  /** Returns what ends the subscription. */
  subscribe(panel: Panel, listener: () => void): () => void {
    const set = this.listeners.get(panel) ?? new Set();
    this.listeners.set(panel, set.add(listener));
    return () => void set.delete(listener);
  }

  changed(panel: Panel): void {
    this.listeners.get(panel)?.forEach((listener) => listener());
  }

  allChanged(): void {
    for (const panel of this.listeners.keys()) this.changed(panel);
  }
}

export const viewChanged =
  (subscribers: PanelSubscribers): Handler<'viewChanged'> =>
  ({ panel }) =>
    subscribers.changed(panel);
