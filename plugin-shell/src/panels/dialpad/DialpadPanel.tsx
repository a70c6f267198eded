import React, { useEffect, useState } from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Tab, TabList, TabPanel, TabPanels, Tabs, useTabState } from '@twilio-paste/core/tabs';
import { CallIcon } from '@twilio-paste/icons/esm/CallIcon';
import type { CoreEvent, DialpadView, Tab as TabName } from '../../core/types';
import { askPermission } from '../../effects/notifyRinging';
import type { StringKey } from '../../strings/keys';
import { AgentField } from './AgentField';
import { CallLine } from './CallLine';
import { QueueField } from './QueueField';

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
/** Flex cuts off what hangs out of its panel: the open list must fit within ours. */
const ROOM_FOR_LIST = '460px';
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
  const tabs = useTabState({ baseId: 'backline-internal-call', selectedId: tabId(view.active) });
  useEffect(() => {
    const tab = view.tabs.find((name) => tabId(name) === tabs.selectedId);
    if (tab) dispatch({ kind: 'tabChosen', tab });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the choice is the fact
  }, [tabs.selectedId]);

  const call = () => {
    if (!view.canCall) return;
    askPermission();
    dispatch({ kind: 'callPressed' });
  };
  return (
    <Box as="section" aria-label={text('BacklineRegion')} paddingTop="space60" width="100%" minHeight={ROOM_FOR_LIST}>
      <Tabs state={tabs} variant="fitted">
        <TabList aria-label={text('BacklineTabs')}>
          {view.tabs.map((tab) => (
            <Tab key={tab} id={tabId(tab)}>
              {text(TAB_LABELS[tab])}
            </Tab>
          ))}
        </TabList>
        <TabPanels>
          {view.tabs.map((tab) => {
            const TabField = FIELDS[tab];
            return (
              <TabPanel key={tab} tabId={tabId(tab)}>
                <TabField view={view} text={text} dispatch={dispatch} call={call} />
              </TabPanel>
            );
          })}
        </TabPanels>
      </Tabs>
      <Box display="flex" justifyContent="center" paddingTop="space40">
        <Button variant="primary" size="circle" aria-label={text('BacklineCall')} disabled={!view.canCall} onClick={call}>
          <CallIcon decorative />
        </Button>
      </Box>
      <CallLine line={view.call} text={text} />
    </Box>
  );
}

function tabId(tab: TabName): string {
  return `backline-tab-${tab}`;
}
