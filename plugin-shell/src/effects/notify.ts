import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';
import { noticeSeverity, noticeText } from '../strings/notice';

export const notify =
  (flex: FlexPort): Handler<'notify'> =>
  ({ notice }) =>
    flex.tell(noticeText(notice, flex.text), noticeSeverity(notice));
