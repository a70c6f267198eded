import React from 'react';
import { Box } from '@twilio-paste/core/box';
import type { DialpadView, Reachable } from '../../core/types';
import type { StringKey } from '../../strings/keys';
import type { PanelProps } from './DialpadPanel';

const SENTENCES: Record<Reachable, StringKey> = {
  free: 'BacklineHasRoom',
  busy: 'BacklineHasNoRoom',
  unavailable: 'BacklineTakesNoCalls',
};

/**
 * Whether the person who is chosen could take a call. Below the button: the answer comes a moment after he is chosen, and
 * must not move what the agent is about to press.
 */
export function ReachLine({ view, text }: { view: DialpadView; text: PanelProps['text'] }): React.ReactElement {
  const { rows, selected, reachable } = view.agents;
  const chosen = rows.find(({ callee }) => callee.worker === selected);
  // While he is being called the call's own line tells more.
  const sentence = view.active === 'agent' && view.canCall && chosen && reachable ? text(SENTENCES[reachable], { name: chosen.callee.name }) : '';
  return (
    <Box role="status" paddingTop="space20" textAlign="center" color="colorTextWeak" fontSize="fontSize20" lineHeight="lineHeight20">
      {sentence}
    </Box>
  );
}
