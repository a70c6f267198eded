import type { DeclineReason, Notice, Place, Unanswered } from '../core/types';
import type { Kind } from '../flex/notifications';
import type { StringKey } from './keys';
import { minutes } from './time';

/** The sentence, with its remedy, of each notice: one that has none does not compile. */
const SENTENCES: Record<Exclude<Notice['kind'], 'unanswered' | 'misconfigured'>, StringKey> = {
  keysContradict: 'BacklineKeysContradict',
  keyNeedsKey: 'BacklineKeyNeedsKey',
  targetNotAnswered: 'BacklineTargetNotAnswered',
  callNotPlaced: 'BacklineCallNotPlaced',
  calleeNotRung: 'BacklineCalleeNotRung',
  acceptFailed: 'BacklineAcceptFailed',
  rejectFailed: 'BacklineRejectFailed',
  completeFailed: 'BacklineCompleteFailed',
  cleanUpFailed: 'BacklineCleanUpFailed',
  nobodyElseInQueue: 'BacklineNobodyElseInQueue',
  free: 'BacklineFree',
  notFree: 'BacklineNotFree',
  missed: 'BacklineMissed',
  calledMeanwhile: 'BacklineCalledMeanwhile',
  holdFailed: 'BacklineHoldFailed',
  resumeFailed: 'BacklineResumeFailed',
  callNotOpened: 'BacklineCallNotOpened',
  notHeld: 'BacklineNotHeld',
  notResumed: 'BacklineNotResumed',
  waitsLong: 'BacklineWaitsLong',
  oneCallTooMany: 'BacklineOneCallTooMany',
  cutOff: 'BacklineCutOff',
  givenBack: 'BacklineGivenBack',
  notGivenBack: 'BacklineNotGivenBack',
  notBack: 'BacklineNotBack',
  notRejoined: 'BacklineNotRejoined',
  transferredTo: 'BacklineTransferredTo',
  transferredNotCalling: 'BacklineTransferredNotCalling',
  handedOn: 'BacklineHandedOn',
  transferBusy: 'BacklineTransferBusy',
  transferUnavailable: 'BacklineTransferUnavailable',
  notTransferred: 'BacklineNotTransferred',
  addBusy: 'BacklineAddBusy',
  addUnavailable: 'BacklineAddUnavailable',
  notAdded: 'BacklineNotAdded',
  notRemoved: 'BacklineNotRemoved',
  notEndedForAll: 'BacklineNotEndedForAll',
  functionsUnreachable: 'BacklineFunctionsUnreachable',
};

const MISCONFIGURED: Record<Place, StringKey> = {
  flex: 'BacklineMisconfigured',
  worker: 'BacklineMisconfiguredWorker',
  functions: 'BacklineMisconfiguredFunctions',
};

const UNANSWERED: Record<Exclude<Unanswered['kind'], 'declined'>, StringKey> = {
  busy: 'BacklineBusy',
  busyNotify: 'BacklineBusyNotify',
  glare: 'BacklineGlare',
  noAnswer: 'BacklineNoAnswer',
  unavailable: 'BacklineUnavailableNow',
  notConnected: 'BacklineNotConnected',
};

const DECLINED: Record<DeclineReason, StringKey> = {
  busy: 'BacklineDeclinedBusy',
  calling_back: 'BacklineDeclinedCallingBack',
  message: 'BacklineDeclinedMessage',
};

type Text = (key: StringKey, values?: Record<string, string>) => string;

/** What the agent reads. */
export function noticeText(notice: Notice, text: Text): string {
  switch (notice.kind) {
    case 'unanswered':
      return unansweredText(notice.name, notice.why, text);
    case 'misconfigured':
      return text(MISCONFIGURED[notice.place], { detail: notice.key });
    case 'free':
      return text(SENTENCES.free, { name: notice.callee.name });
    case 'missed':
    case 'calledMeanwhile':
      return text(SENTENCES[notice.kind], { name: notice.name });
    case 'transferredNotCalling':
      return text(SENTENCES.transferredNotCalling, { name: notice.name, to: notice.to });
    case 'callNotOpened':
    case 'notHeld':
    case 'notResumed':
    case 'notGivenBack':
    case 'notRejoined':
      return text(SENTENCES[notice.kind], { name: notice.name, detail: withoutStop(notice.detail) });
    case 'waitsLong':
      return text(SENTENCES.waitsLong, { name: notice.name, minutes: minutes(notice.seconds * 1000) });
    default: {
      const { kind, ...values } = notice;
      return text(SENTENCES[kind], values);
    }
  }
}

/** The sentence has a full stop of its own after it. */
function withoutStop(detail: string): string {
  return detail.trim().replace(/[.。]+$/, '');
}

/** Why a call was not taken. */
export function unansweredText(name: string, why: Unanswered, text: Text): string {
  if (why.kind !== 'declined') return text(UNANSWERED[why.kind], { name });
  return text(why.reason ? DECLINED[why.reason] : 'BacklineDeclined', { name });
}

/** How it is shown: a colleague who does not answer did nothing wrong; what does not pass by itself stays on screen. */
export function noticeKind(notice: Notice): Kind {
  switch (notice.kind) {
    case 'unanswered':
    case 'waitsLong':
    case 'oneCallTooMany':
    case 'transferredTo':
    case 'handedOn':
      return 'information';
    case 'free':
      return 'free';
    // Whoever asked to be told may look elsewhere meanwhile.
    case 'notFree':
      return 'lastingInformation';
    // Whoever has just reloaded the page looks elsewhere at first.
    case 'cutOff':
    case 'givenBack':
      return 'lastingInformation';
    case 'missed':
    case 'calledMeanwhile':
      return notice.back ? 'missed' : 'lastingInformation';
    case 'transferredNotCalling':
      return notice.callee ? 'free' : 'lastingInformation';
    case 'misconfigured':
    case 'keysContradict':
    case 'keyNeedsKey':
    case 'functionsUnreachable':
    case 'notGivenBack':
      return 'lastingError';
    default:
      return 'error';
  }
}
