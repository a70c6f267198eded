import type { Handler } from '../core/executor';
import type { FlexPort } from '../flex/port';
import { noticeText } from '../strings/notice';

export const notify =
  (flex: FlexPort): Handler<'notify'> =>
  ({ notice }) =>
    flex.showError(noticeText(notice, flex.text));
