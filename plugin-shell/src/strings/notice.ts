import type { Notice } from '../core/types';
import type { StringKey } from './keys';

/** The sentence, with its remedy, of each notice: one that has none does not compile. */
const SENTENCES: Record<Notice['kind'], StringKey> = {
  misconfigured: 'BacklineMisconfigured',
  callNotPlaced: 'BacklineCallNotPlaced',
  calleeNotRung: 'BacklineCalleeNotRung',
  acceptFailed: 'BacklineAcceptFailed',
  rejectFailed: 'BacklineRejectFailed',
  completeFailed: 'BacklineCompleteFailed',
  cleanUpFailed: 'BacklineCleanUpFailed',
  nobodyElseInQueue: 'BacklineNobodyElseInQueue',
};

/** What the agent reads. */
export function noticeText(
  notice: Notice,
  text: (key: StringKey, values?: Record<string, string>) => string,
): string {
  const detail = 'key' in notice ? notice.key : 'detail' in notice ? notice.detail : '';
  return text(SENTENCES[notice.kind], { detail });
}
