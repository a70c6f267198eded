import React from 'react';
import { Box } from '@twilio-paste/core/box';
import type { CallView } from '../../core/types';
import { callLineText } from '../dialpad/CallLine';
import { useCallView } from './useCallView';
import type { CallProps } from './useCallView';

/** Where the call is, and who is on hold, in words that a screen reader speaks as they change. */
export function CallStatus({ sid, ...call }: CallProps & { sid: string }): React.ReactElement | null {
  const view = useCallView(call, sid);
  if (!view) return null;
  return (
    <Box role="status" aria-live="polite" textAlign="center" paddingX="space30" color="colorText" fontSize="fontSize30" lineHeight="lineHeight30">
      {words(view, call.text).map((line) => (
        <div key={line}>{line}</div>
      ))}
    </Box>
  );
}

function words({ name, line, hold, heldByOther, otherLost, offered, connecting, transfer, transferredBy, add, addedBy }: CallView, text: CallProps['text']): string[] {
  const lines = [];
  // That they talk is plain from Flex's own canvas.
  if (line && line.kind !== 'talking') lines.push(callLineText(line, text));
  if (connecting) lines.push(text('BacklineStateConnecting'));
  if (hold === 'on' || hold === 'resuming') lines.push(text('BacklineOnHold', { name }));
  if (otherLost) lines.push(text('BacklineOtherLost', { name }));
  if (offered && transferredBy) lines.push(text('BacklineTransferredBy', { name: transferredBy }));
  if (offered && addedBy) lines.push(text('BacklineAddedBy', { name: addedBy }));
  if (add === 'ordered') lines.push(text('BacklineAdding'));
  if (transfer === 'ordered') lines.push(text('BacklineTransferring'));
  if (heldByOther) lines.push(text('BacklineHeldByOther', { name }));
  return lines;
}
