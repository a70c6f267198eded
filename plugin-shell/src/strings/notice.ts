import type { Notice } from '../core/types';
import type { Severity } from '../flex/notifications';
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
  declined: 'BacklineDeclined',
};

/** What the agent reads. */
export function noticeText(
  notice: Notice,
  text: (key: StringKey, values?: Record<string, string>) => string,
): string {
  const { kind, ...values } = notice;
  return text(SENTENCES[kind], 'key' in values ? { detail: values.key } : values);
}

/** A colleague who declines did nothing wrong, and nor did anything else. */
export function noticeSeverity(notice: Notice): Severity {
  return notice.kind === 'declined' ? 'information' : 'error';
}
