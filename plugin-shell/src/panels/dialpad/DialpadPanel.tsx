import React, { useEffect, useState } from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { CallIcon } from '@twilio-paste/icons/esm/CallIcon';
import type { CoreEvent, DialpadView, Tab as TabName } from '../../core/types';
import { askPermission } from '../../effects/desktop';
import type { StringKey } from '../../strings/keys';
import { AgentField } from './AgentField';
import { CallLine } from './CallLine';
import { QueueField } from './QueueField';
import { Tabs } from './Tabs';

/** What every part of the panel is given. */
export interface PanelProps {
  text: (key: StringKey, values?: Record<string, string>) => string;
  dispatch(event: CoreEvent): void;
  call(): void;
}

interface Props extends Omit<PanelProps, 'call'> {
  view(): DialpadView | undefined;
  subscribe(listener: () => void): () => void;
}

const TAB_LABELS: Record<TabName, StringKey> = {
  agent: 'PSInternalCallCallAgent',
  queue: 'PSInternalCallCallQueue',
};
/** The open list hangs over what is below its field; with this much room the panel's length does not change by it. */
const ROOM_FOR_LIST = '440px';
/** Flex's panel would scroll by itself, were it not as long as its content: then Flex's whole page scrolls instead. */
const SCROLL_INSIDE = '.Twilio-SidePanel-Container.Twilio-SidePanel-OutboundDialerPanel-Container{flex-shrink:1;min-height:0}';
const FIELDS = { agent: AgentField, queue: QueueField };

/** Call Agent / Call Queue, below Flex's own dial pad. Shows the core's view and reports what is done to it. */
export function DialpadPanel({ view: read, subscribe, text, dispatch }: Props): React.ReactElement | null {
  const [view, setView] = useState(read);
  useEffect(() => {
    const update = () => setView(read());
    update(); // it may have changed between the first rendering and here
    return subscribe(update);
  }, [read, subscribe]);
  return view ? <Panel view={view} text={text} dispatch={dispatch} /> : null;
}

function Panel({ view, text, dispatch }: Omit<PanelProps, 'call'> & { view: DialpadView }): React.ReactElement {
  const call = () => {
    if (!view.canCall) return;
    askPermission();
    dispatch({ kind: 'callPressed' });
  };
  return (
    <Box as="section" aria-label={text('BacklineRegion')} paddingTop="space60" width="100%" minHeight={ROOM_FOR_LIST} flexShrink={0}>
      <style>{SCROLL_INSIDE}</style>
      <Tabs
        id="backline-tab"
        label={text('BacklineTabs')}
        names={view.tabs}
        active={view.active}
        title={(tab) => text(TAB_LABELS[tab])}
        onChosen={(tab) => dispatch({ kind: 'tabChosen', tab })}
        panel={(tab) => {
          const TabField = FIELDS[tab];
          return <TabField view={view} text={text} dispatch={dispatch} call={call} />;
        }}
      />
      <Box display="flex" justifyContent="center" paddingTop="space60">
        <Button variant="primary" size="circle" aria-label={text('BacklineCall')} disabled={!view.canCall} onClick={call}>
          <CallIcon decorative />
        </Button>
      </Box>
      <CallLine line={view.call} text={text} />
    </Box>
  );
}
