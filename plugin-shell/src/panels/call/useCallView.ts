import { useCallback } from 'react';
import type { CallView, CoreEvent, DialpadView } from '../../core/types';
import type { StringKey } from '../../strings/keys';
import { useView } from '../useView';

/** What everything in a call's canvas is given. */
export interface CallProps {
  view(reservation: string): CallView | undefined;
  subscribe(listener: () => void): () => void;
  dispatch(event: CoreEvent): void;
  invoke(action: 'HoldCall' | 'UnholdCall', payload: { sid: string }): Promise<unknown>;
  text(key: StringKey, values?: Record<string, string>): string;
  /** By which is chosen whom the other party is transferred to. */
  dialpad: { view(): DialpadView | undefined; subscribe(listener: () => void): () => void };
}

/** The core's view of a call, as it is now; nothing for a task that is no call between agents. */
export function useCallView({ view, subscribe }: CallProps, reservation: string): CallView | undefined {
  const read = useCallback(() => view(reservation), [view, reservation]);
  return useView(read, subscribe);
}
