import React, { useState } from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import type { DialpadView, Tab } from '../../core/types';
import type { StringKey } from '../../strings/keys';
import { AgentField } from '../dialpad/AgentField';
import type { PanelProps } from '../dialpad/DialpadPanel';
import { Whom } from '../dialpad/Whom';
import { useView } from '../useView';
import { Parties } from './Parties';
import { useCallView } from './useCallView';
import type { CallProps } from './useCallView';

type Doing = 'transfer' | 'add';

const TAB_LABELS: Record<Tab, StringKey> = { agent: 'BacklineTransferToAgent', queue: 'BacklineTransferToQueue' };
const OPENS: Record<Doing, StringKey> = { transfer: 'BacklineTransfer', add: 'BacklineAdd' };
const TITLES: Record<Doing, StringKey> = { transfer: 'BacklineTransferOf', add: 'BacklineAddTo' };
const DOES: Record<Doing, StringKey> = { transfer: 'BacklineTransferNow', add: 'BacklineAddNow' };
const PANEL = 'backline-company';

/**
 * Who else is in the call, and whom it is transferred to or who is added: Flex's own buttons are hidden, for Flex does not
 * know the conference. Somebody is chosen as on the dial pad, whose fields these are.
 */
export function Company({ sid, ...call }: CallProps & { sid: string }): React.ReactElement | null {
  const view = useCallView(call, sid);
  const [open, setOpen] = useState<Doing>();
  if (!view) return null;
  const able = (['transfer', 'add'] as const).filter((doing) => view[doing]);
  const doing = open && able.includes(open) ? open : undefined;
  const ordered = (of: Doing) => view[of] === 'ordered';
  const toggle = (of: Doing) => {
    // Who was called last is not who is meant now.
    if (doing !== of) for (const tab of ['agent', 'queue'] as const) call.dispatch({ kind: 'fieldAppeared', tab, empty: true });
    if (of === 'add') call.dispatch({ kind: 'tabChosen', tab: 'agent' });
    setOpen(doing === of ? undefined : of);
  };
  const press = (of: Doing) => {
    call.dispatch({ kind: of === 'transfer' ? 'transferPressed' : 'addPressed', reservation: sid });
    if (of === 'add') setOpen(undefined);
  };
  return (
    <Box paddingX="space50" paddingBottom="space40">
      <Parties sid={sid} parties={view.parties} taken={view.hold !== undefined} ending={view.endingForAll} {...call} />
      <Box display="flex" justifyContent="center" columnGap="space30">
        {able.map((of) => (
          <Button
            key={of}
            variant="secondary"
            size="small"
            aria-expanded={doing === of}
            aria-controls={PANEL}
            disabled={ordered(of)}
            onClick={() => toggle(of)}
          >
            {call.text(OPENS[of])}
          </Button>
        ))}
      </Box>
      <Box as="section" id={PANEL} aria-label={call.text(TITLES[doing ?? 'transfer'], { name: view.name })} hidden={!doing}>
        {doing && <Choice {...call} doing={doing} ordered={ordered(doing)} onChosen={() => press(doing)} />}
      </Box>
    </Box>
  );
}

interface ChoiceProps extends CallProps {
  doing: Doing;
  ordered: boolean;
  onChosen(): void;
}

function Choice({ dialpad, text, dispatch, doing, ordered, onChosen }: ChoiceProps): React.ReactElement | null {
  const view = useView(dialpad.view, dialpad.subscribe);
  if (!view) return null;
  const go = () => {
    const now = dialpad.view();
    if (!ordered && now && chosen(now)) onChosen();
  };
  const field: PanelProps & { view: DialpadView } = { view, read: dialpad.view, text, dispatch, call: go };
  return (
    <Box paddingTop="space40">
      {doing === 'add' ? (
        <AgentField id={`${PANEL}-agent`} {...field} />
      ) : (
        <Whom id={PANEL} label={text('BacklineTransfer')} titles={TAB_LABELS} {...field} />
      )}
      <Box display="flex" justifyContent="center" paddingTop="space40">
        <Button variant="primary" size="small" disabled={ordered || !chosen(view)} onClick={go}>
          {text(DOES[doing])}
        </Button>
      </Box>
    </Box>
  );
}

const chosen = ({ active, agents, queues }: DialpadView) => (active === 'agent' ? agents.selected : queues.selected);
