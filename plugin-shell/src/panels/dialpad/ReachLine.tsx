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

/** With the number, where it is known. */
function keyOf(reachable: Reachable, room: number | undefined): StringKey {
  if (room === undefined) return SENTENCES[reachable];
  return room === 1 ? 'BacklineRoomForOne' : 'BacklineRoomFor';
}

/**
 * Whether the person who is chosen could take a call. Below the button: the answer comes a moment after he is chosen, and
 * must not move what the agent is about to press.
 */
export function ReachLine({ view, text }: { view: DialpadView; text: PanelProps['text'] }): React.ReactElement {
  const { rows, selected, reachable, room } = view.agents;
  const chosen = rows.find(({ callee }) => callee.worker === selected);
  // While he is being called the call's own line tells more.
  const sentence = view.active === 'agent' && view.canCall && chosen && reachable ? text(keyOf(reachable, room), { name: chosen.callee.name, calls: String(room) }) : '';
  return (
    <Box role="status" paddingTop="space20" textAlign="center" color="colorTextWeak" fontSize="fontSize20" lineHeight="lineHeight20">
      {sentence}
    </Box>
  );
}
