import type { CallsView, CoreEvent } from '../../core/types';
import type { StringKey } from '../../strings/keys';

/** Flex's own actions that the strip invokes, all of them by the reservation's SID. */
type CallAction = 'AcceptTask' | 'RejectTask' | 'HangupCall' | 'SelectTask';

/** What everything in the strip is given. */
export interface StripMeans {
  dispatch(event: CoreEvent): void;
  invoke(action: CallAction, payload: { sid: string }): Promise<unknown>;
  text(key: StringKey, values?: Record<string, string>): string;
  /** The clock on which the core is given its events, in milliseconds. */
  now(): number;
}

/** What the strip itself is given. */
export interface StripProps extends StripMeans {
  view(): CallsView | undefined;
  subscribe(listener: () => void): () => void;
}
