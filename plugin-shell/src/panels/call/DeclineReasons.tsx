import React from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import type { DeclineReason } from '../../core/types';
import type { StringKey } from '../../strings/keys';
import { useCallView } from './useCallView';
import type { CallProps } from './useCallView';

const REASONS: Record<DeclineReason, StringKey> = {
  busy: 'BacklineDeclineBusy',
  calling_back: 'BacklineDeclineCallingBack',
  message: 'BacklineDeclineMessage',
};

/** Declines a colleague's call and tells him why; Flex's own button declines without a word. */
export function DeclineReasons({ sid, ...call }: CallProps & { sid: string }): React.ReactElement | null {
  const view = useCallView(call, sid);
  // Of one who is added nobody waits for a word.
  if (!view?.offered || view.addedBy) return null;
  const label = call.text('BacklineDeclineLabel');
  return (
    <Box role="group" aria-label={label} display="flex" flexWrap="wrap" justifyContent="center" rowGap="space30" columnGap="space30" padding="space30">
      <Box color="colorTextWeak" fontSize="fontSize20" aria-hidden="true" width="100%" textAlign="center">
        {label}
      </Box>
      {(Object.keys(REASONS) as DeclineReason[]).map((reason) => (
        <Button
          key={reason}
          variant="secondary"
          size="small"
          onClick={() => call.dispatch({ kind: 'declineChosen', reservation: sid, reason })}
        >
          {call.text(REASONS[reason])}
        </Button>
      ))}
    </Box>
  );
}
