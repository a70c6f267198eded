import React, { useEffect, useRef } from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { CallIcon } from '@twilio-paste/icons/esm/CallIcon';
import type { CoreEvent, DialpadView, Tab as TabName } from '../../core/types';
import { askPermission } from '../../effects/desktop';
import type { StringKey } from '../../strings/keys';
import { useView } from '../useView';
import { CallLine } from './CallLine';
import { shortcutOf } from './keys';
import { ReachLine } from './ReachLine';
import { WaitingLines } from './WaitingLines';
import { Whom } from './Whom';

/** What every part of the panel is given. */
export interface PanelProps {
  text: (key: StringKey, values?: Record<string, string>) => string;
  dispatch(event: CoreEvent): void;
  /** The view as it is now: an event that was dispatched shows in it at once. */
  read(): DialpadView | undefined;
  call(): void;
}

interface Props extends Omit<PanelProps, 'call' | 'read'> {
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

/** Call Agent / Call Queue, below Flex's own dial pad. Shows the core's view and reports what is done to it. */
export function DialpadPanel({ view: read, subscribe, text, dispatch }: Props): React.ReactElement | null {
  const view = useView(read, subscribe);
  return view ? <Panel view={view} read={read} text={text} dispatch={dispatch} /> : null;
}

function Panel({ view, read, text, dispatch }: Omit<PanelProps, 'call'> & { view: DialpadView }): React.ReactElement {
  const call = () => {
    if (!read()?.canCall) return;
    askPermission();
    dispatch({ kind: 'callPressed' });
  };
  const section = useRef<HTMLElement>(null);
  const button = useRef<HTMLElement>(null);
  const { selected } = view.agents;
  useEffect(() => {
    // What is known of him pushes it down: nobody looks for the button once he has chosen whom to call.
    if (selected) button.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  useShortcuts(section, (digit) => {
    const { tabs, agents } = read() ?? view;
    if (!tabs.includes('agent')) return false;
    const callee = agents.shortcuts.find((shortcut) => shortcut.digit === digit)?.callee;
    if (callee) {
      dispatch({ kind: 'tabChosen', tab: 'agent' });
      dispatch({ kind: 'personChosen', callee });
      call();
    } else if (agents.phase.kind === 'closed') {
      // Nobody's favourites are here yet: he sees them come, and presses again.
      section.current?.querySelector<HTMLElement>('[role=combobox]')?.focus();
    }
    return true;
  });
  return (
    <Box as="section" ref={section} aria-label={text('BacklineRegion')} paddingTop="space60" width="100%" minHeight={ROOM_FOR_LIST} flexShrink={0}>
      <style>{SCROLL_INSIDE}</style>
      <Whom id="backline" label={text('BacklineTabs')} titles={TAB_LABELS} view={view} read={read} text={text} dispatch={dispatch} call={call} />
      <Box ref={button} display="flex" justifyContent="center" paddingTop="space60">
        <Button variant="primary" size="circle" aria-label={text('BacklineCall')} disabled={!view.canCall} onClick={call}>
          <CallIcon decorative />
        </Button>
      </Box>
      <CallLine line={view.call} text={text} />
      <WaitingLines waiting={view.waiting} text={text} dispatch={dispatch} />
      <ReachLine view={view} text={text} />
    </Box>
  );
}

/**
 * Ctrl or Cmd and a digit, wherever the focus is while the panel is open, but in a field that is not ours. Taken, it is no
 * longer the browser's, which would go to another tab.
 */
function useShortcuts(section: React.RefObject<HTMLElement>, pressed: (digit: number) => boolean): void {
  const latest = useRef(pressed);
  latest.current = pressed;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const digit = shortcutOf(event);
      if (digit === undefined || event.repeat || event.isComposing || isElsewhere(event.target, section.current)) return;
      if (latest.current(digit)) event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [section]);
}

/** Whether somebody writes there, in a field of others. */
function isElsewhere(target: EventTarget | null, ours: HTMLElement | null): boolean {
  if (!(target instanceof HTMLElement) || ours?.contains(target)) return false;
  return target.isContentEditable || target.matches('input, textarea, select');
}
