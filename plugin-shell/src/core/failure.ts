import type { StringKey } from '../strings/keys';

/** Why there is no core. */
export class CoreLoadError extends Error {
  override name = 'CoreLoadError';
}

/** What the agent reads of a core that failed; `gone`: it does not come back. */
export function sentenceOf(error: unknown, gone: boolean): { key: StringKey; detail: string; lasts: boolean } {
  if (error instanceof CoreLoadError) return { key: 'BacklineCoreRefused', detail: error.message, lasts: true };
  return { key: gone ? 'BacklineCoreGone' : 'BacklineCoreRestarted', detail: '', lasts: gone };
}
