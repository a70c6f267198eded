import React from 'react';
import { Box } from '@twilio-paste/core/box';
import type { CallLine as Line } from '../../core/types';
import { noticeText, unansweredText } from '../../strings/notice';
import type { PanelProps } from './DialpadPanel';

/** Where the placed call is, in words that a screen reader speaks as they change. */
export function CallLine({ line, text }: { line: Line; text: PanelProps['text'] }): React.ReactElement {
  return (
    <Box
      aria-live="polite"
      role="status"
      minHeight="sizeSquare60"
      paddingTop="space30"
      textAlign="center"
      color={line.kind === 'failed' ? 'colorTextError' : 'colorText'}
      fontSize="fontSize30"
      lineHeight="lineHeight30"
    >
      {callLineText(line, text)}
    </Box>
  );
}

export function callLineText(line: Line, text: PanelProps['text']): string {
  switch (line.kind) {
    case 'idle':
      return '';
    case 'calling':
      return text('BacklineCalling', { name: line.name });
    case 'ringing':
      return text('BacklineRinging', { name: line.name });
    case 'talking':
      return text('BacklineTalking', { name: line.name });
    case 'unanswered':
      return unansweredText(line.name, line.why, text);
    case 'cancelled':
      return text('BacklineCancelled', { name: line.name });
    case 'ended':
      return text('BacklineEnded', { name: line.name });
    case 'failed':
      return noticeText(line.notice, text);
  }
}
