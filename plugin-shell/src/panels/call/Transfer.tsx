import React, { useState } from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import type { DialpadView, Tab } from '../../core/types';
import type { StringKey } from '../../strings/keys';
import { Whom } from '../dialpad/Whom';
import { useView } from '../useView';
import { useCallView } from './useCallView';
import type { CallProps } from './useCallView';

const TAB_LABELS: Record<Tab, StringKey> = { agent: 'BacklineTransferToAgent', queue: 'BacklineTransferToQueue' };
const PANEL = 'backline-transfer';

/**
 * Transfers the other party to a colleague or a queue: Flex's own button is hidden, for Flex does not know the conference.
 * Whom to is chosen as on the dial pad, whose fields these are.
 */
export function Transfer({ sid, ...call }: CallProps & { sid: string }): React.ReactElement | null {
  const view = useCallView(call, sid);
  const [open, setOpen] = useState(false);
  if (!view?.transfer) return null;
  const ordered = view.transfer === 'ordered';
  const toggle = () => {
    // Who was called last is not whom he is transferred to.
    if (!open) for (const tab of ['agent', 'queue'] as const) call.dispatch({ kind: 'fieldAppeared', tab, empty: true });
    setOpen(!open);
  };
  return (
    <Box paddingX="space50" paddingBottom="space40">
      <Box display="flex" justifyContent="center">
        <Button variant="secondary" size="small" aria-expanded={open} aria-controls={PANEL} disabled={ordered} onClick={toggle}>
          {call.text('BacklineTransfer')}
        </Button>
      </Box>
      <Box as="section" id={PANEL} aria-label={call.text('BacklineTransferOf', { name: view.name })} hidden={!open}>
        {open && <Choice {...call} ordered={ordered} onTransfer={() => call.dispatch({ kind: 'transferPressed', reservation: sid })} />}
      </Box>
    </Box>
  );
}

interface ChoiceProps extends CallProps {
  ordered: boolean;
  onTransfer(): void;
}

function Choice({ dialpad, text, dispatch, ordered, onTransfer }: ChoiceProps): React.ReactElement | null {
  const view = useView(dialpad.view, dialpad.subscribe);
  if (!view) return null;
  const transfer = () => {
    const now = dialpad.view();
    if (!ordered && now && chosen(now)) onTransfer();
  };
  return (
    <Box paddingTop="space40">
      <Whom
        id={PANEL}
        label={text('BacklineTransfer')}
        titles={TAB_LABELS}
        view={view}
        read={dialpad.view}
        text={text}
        dispatch={dispatch}
        call={transfer}
      />
      <Box display="flex" justifyContent="center" paddingTop="space40">
        <Button variant="primary" size="small" disabled={ordered || !chosen(view)} onClick={transfer}>
          {text('BacklineTransferNow')}
        </Button>
      </Box>
    </Box>
  );
}

const chosen = ({ active, agents, queues }: DialpadView) => (active === 'agent' ? agents.selected : queues.selected);
