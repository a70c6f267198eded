import type { Handler } from '../core/executor';
import type { CoreEvent } from '../core/types';
import type { FlexPort } from '../flex/port';
import { noticeKind, noticeText } from '../strings/notice';
import { showDesktop } from './desktop';

export const notify =
  (flex: FlexPort, dispatch: (event: CoreEvent) => void): Handler<'notify'> =>
  ({ notice }) => {
    const text = noticeText(notice, flex.text);
    if (notice.kind === 'free') {
      const { callee } = notice;
      flex.tell(text, noticeKind(notice), { callBack: () => dispatch({ kind: 'callBackPressed', callee }) });
      showDesktop(flex.text('BacklineFreeTitle'), text, { tag: `free ${callee.worker}` });
      return;
    }
    if (notice.kind === 'transferredNotCalling' && notice.callee) {
      const { callee } = notice;
      flex.tell(text, noticeKind(notice), { callBack: () => dispatch({ kind: 'callBackPressed', callee }) });
      return;
    }
    if (notice.kind !== 'missed' && notice.kind !== 'calledMeanwhile') {
      flex.tell(text, noticeKind(notice));
      return;
    }
    const { back: callee } = notice;
    flex.tell(text, noticeKind(notice), callee ? { callBack: () => dispatch({ kind: 'callBackPressed', callee }) } : {});
    showDesktop(flex.text('BacklineMissedTitle'), text, { tag: `missed ${notice.name}` });
  };
