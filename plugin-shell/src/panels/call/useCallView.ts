import { useEffect, useState } from 'react';
import type { CallView, CoreEvent } from '../../core/types';
import type { StringKey } from '../../strings/keys';

/** What everything in a call's canvas is given. */
export interface CallProps {
  view(reservation: string): CallView | undefined;
  subscribe(listener: () => void): () => void;
  dispatch(event: CoreEvent): void;
  invoke(action: 'HoldCall' | 'UnholdCall', payload: { sid: string }): Promise<unknown>;
  text(key: StringKey, values?: Record<string, string>): string;
}

/** The core's view of a call, as it is now; nothing for a task that is no call between agents. */
export function useCallView({ view, subscribe }: CallProps, reservation: string): CallView | undefined {
  const [seen, see] = useState(() => view(reservation));
  useEffect(() => {
    const update = () => see(view(reservation));
    update(); // it may have changed between the first rendering and here
    return subscribe(update);
  }, [view, subscribe, reservation]);
  return seen;
}
