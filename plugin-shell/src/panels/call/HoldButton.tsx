import React from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { PauseIcon } from '@twilio-paste/icons/esm/PauseIcon';
import { PlayIcon } from '@twilio-paste/icons/esm/PlayIcon';
import type { CallView } from '../../core/types';
import { useCallView } from './useCallView';
import type { CallProps } from './useCallView';

/** Paste draws the line around a button's 44 pixels, Flex within them; and the row of Flex's buttons cuts off what sticks out. */
const AS_LARGE_AS_FLEX = 'scale(0.956)';

function words({ name, parties }: CallView, held: boolean, text: CallProps['text']): string {
  if (parties.length > 0) return text(held ? 'BacklineResumeAll' : 'BacklineHoldAll');
  return text(held ? 'BacklineResume' : 'BacklineHold', { name });
}

/** Hold and resume: Flex has no button of its own here, for it does not know the conference of a call between agents. */
export function HoldButton({ sid, ...call }: CallProps & { sid: string }): React.ReactElement | null {
  const view = useCallView(call, sid);
  // Nobody is there to be held before the colleague has answered.
  if (!view?.hold || (view.line && view.line.kind !== 'talking')) return null;
  const held = view.hold === 'on' || view.hold === 'resuming';
  const busy = view.hold === 'holding' || view.hold === 'resuming';
  const label = words(view, held, call.text);
  const press = () => {
    // A failure is told by the core.
    if (!busy) call.invoke(held ? 'UnholdCall' : 'HoldCall', { sid }).catch(() => undefined);
  };
  return (
    <Box transform={AS_LARGE_AS_FLEX}>
      <Button variant={held ? 'primary' : 'secondary'} size="circle" aria-label={label} title={label} aria-busy={busy} onClick={press}>
        {held ? <PlayIcon decorative /> : <PauseIcon decorative />}
      </Button>
    </Box>
  );
}
