import React, { useEffect, useRef } from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import type { Phase } from '../../core/types';
import { FIELD_LOOKS } from './fieldLooks';
import { ROW, useRowStyles } from './rowStyles';
import { useCombo } from './useCombo';
import type { Combo } from './useCombo';

interface Props<Item> extends Combo<Item> {
  /** Unique in the page. */
  id: string;
  label: string;
  phase: Phase;
  option: (item: Item) => React.ReactNode;
  /** The sentence below the field: loading, nothing found, why it failed, how many more there are. */
  sentence: string;
  /** And what stands below that, as long as it is so. */
  note?: string;
  retryLabel: string;
  onRetry(): void;
  /** Above which rows a heading stands; those of one heading follow each other. */
  headingOf?: (item: Item) => string | undefined;
  /** The keys of the rows that are in view, from above, each time that they change; none when the list is closed. */
  onShown?(keys: string[]): void;
  /** By which keys a row is reached from anywhere, as ARIA writes them. */
  keysOf?: (item: Item) => string | undefined;
  /** Beside the field. */
  beside?: React.ReactNode;
  /** At the end of the label's line. */
  besideLabel?: React.ReactNode;
  /** Between the label and the field. */
  above?: React.ReactNode;
  /** What is known of what is chosen: below the field, which is described by it, and below the list while that is open. */
  about?: (id: string) => React.ReactNode;
  /** What the field's own keys are, as ARIA writes them. */
  keys?: string;
}

/**
 * A field that offers a list as one types, and says what state the list is in. It looks like Paste's combobox, whose
 * 60 KB we do without; its roles are those of ARIA 1.2: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/.
 */
export function Field<Item>(props: Props<Item>): React.ReactElement {
  const { id, label, phase, items, option, sentence } = props;
  const { open, active, choose, input } = useCombo(props);
  const listId = `${id}-list`;
  const aboutId = `${id}-about`;
  const optionId = (index: number) => `${id}-option-${index}`;
  const keys = items.map(props.keyOf);
  useInView(listId, open ? keys : NONE, props.onShown);
  const deeds = useRef({ option, choose });
  deeds.current = { option, choose };
  const options = items.map((item, index) => (
    <Option key={props.keyOf(item)} id={optionId(index)} keys={props.keysOf?.(item)} active={index === active} item={item} deeds={deeds} />
  ));
  return (
    <Box position="relative">
      <Box display="flex" flexWrap="wrap" alignItems="center" justifyContent="space-between" columnGap="space30" marginBottom="space20">
        <label htmlFor={id}>
          <Box as="span" display="block" color="colorText" cursor="pointer" fontSize="fontSize30" fontWeight="fontWeightSemibold" lineHeight="lineHeight30">
            {label}
          </Box>
        </label>
        {props.besideLabel}
      </Box>
      {props.above}
      <Box display="flex" alignItems="center" columnGap="space20">
        <Box
          as="input"
          {...input}
          id={id}
          type="text"
          role="combobox"
          spellCheck={false}
          aria-autocomplete="list"
          aria-expanded={open}
          aria-controls={listId}
          aria-activedescendant={active < 0 ? undefined : optionId(active)}
          aria-keyshortcuts={props.keys}
          aria-describedby={props.about && aboutId}
          {...FIELD_LOOKS}
          paddingX="space40"
          paddingY="space30"
        />
        {props.beside}
      </Box>
      <Box role="status" color="colorTextWeak" fontSize="fontSize20" lineHeight="lineHeight20">
        {phase.kind !== 'closed' && sentence && (
          <Box paddingTop="space30" paddingX="space20">
            {sentence}
          </Box>
        )}
        {props.note && (
          <Box paddingTop="space30" paddingX="space20">
            {props.note}
          </Box>
        )}
      </Box>
      <List id={listId} label={label} open={open} activeId={optionId(active)}>
        {open && (props.headingOf ? inGroups(listId, options, items.map(props.headingOf)) : options)}
      </List>
      {props.about?.(aboutId)}
      {phase.kind === 'failed' && (
        <Box paddingTop="space30">
          <Button variant="secondary" size="small" onClick={props.onRetry}>
            {props.retryLabel}
          </Button>
        </Box>
      )}
    </Box>
  );
}

interface ListProps {
  id: string;
  label: string;
  open: boolean;
  activeId: string;
}

/** Stays in the page while it is closed: the field refers to it. */
function List({ id, label, open, activeId, children }: React.PropsWithChildren<ListProps>): React.ReactElement {
  const list = useRef<HTMLElement>(null);
  const styles = useRowStyles();
  useEffect(() => (open && list.current ? keepInView(list.current) : undefined), [open]);
  useEffect(() => {
    if (open) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' });
  }, [open, activeId]);
  return (
    <>
      <style>{styles}</style>
      <Box
        ref={list}
        id={id}
        role="listbox"
        aria-label={label}
        display={open ? 'block' : 'none'}
        position="absolute"
        zIndex="zIndex20"
        width="100%"
        maxHeight={LIST_HEIGHT}
        overflowY="auto"
        marginTop="space20"
        backgroundColor="colorBackgroundBody"
        borderRadius="borderRadius20"
        borderStyle="solid"
        borderWidth="borderWidth10"
        borderColor="colorBorderWeak"
        boxShadow="shadow"
      >
        {children}
      </Box>
    </>
  );
}

/** Scrolls to it at once, and whenever it grows, or what it stands in does: that pushes it down. */
function keepInView(element: HTMLElement): () => void {
  const observer = new ResizeObserver(() => element.scrollIntoView({ block: 'nearest' }));
  for (let part: HTMLElement | null = element; part; part = part.parentElement) observer.observe(part);
  return () => observer.disconnect();
}

const NONE: string[] = [];

/** Tells which of the list's rows are in view. */
function useInView(listId: string, keys: string[], told: ((keys: string[]) => void) | undefined): void {
  const latest = useRef(told);
  latest.current = told;
  const rows = keys.join(' ');
  useEffect(() => {
    const list = document.getElementById(listId);
    if (!latest.current || !list) return undefined;
    const tell = (seen: string[]) => latest.current?.(seen);
    if (!rows) return tell([]);
    const options = [...list.querySelectorAll('[role=option]')];
    const seen = new Set<Element>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) seen[isIntersecting ? 'add' : 'delete'](target);
        tell(rows.split(' ').filter((_, index) => seen.has(options[index] as Element)));
      },
      { root: list },
    );
    options.forEach((option) => observer.observe(option));
    return () => observer.disconnect();
  }, [listId, rows]);
  useEffect(() => () => latest.current?.([]), []);
}

/** Four people and a half: that there are more shows. */
const LIST_HEIGHT = '260px';

/** Rows that follow each other under one heading, as a group that is named by it: https://www.w3.org/TR/wai-aria-1.2/#listbox. */
function inGroups(id: string, rows: React.ReactElement[], headings: Array<string | undefined>): React.ReactNode {
  const starts = rows.map((_, index) => index).filter((index) => index === 0 || headings[index] !== headings[index - 1]);
  return starts.map((from, number) => {
    const heading = headings[from];
    const members = rows.slice(from, starts[number + 1]);
    if (heading === undefined) return members;
    const headingId = `${id}-heading-${number}`;
    return (
      <div key={heading} role="group" aria-labelledby={headingId}>
        <div role="presentation" id={headingId} className={ROW.heading} onMouseDown={keepFocus}>
          {heading}
        </div>
        {members}
      </div>
    );
  });
}

/** The field keeps the focus. */
const keepFocus = (event: React.MouseEvent) => event.preventDefault();

interface OptionProps<Item> {
  id: string;
  keys: string | undefined;
  active: boolean;
  item: Item;
  /** What is drawn in it and what a click does, as they are now. */
  deeds: React.RefObject<{ option: (item: Item) => React.ReactNode; choose(item: Item): void }>;
}

function DrawnOption<Item>({ id, keys, active, item, deeds }: OptionProps<Item>): React.ReactElement {
  return (
    <div
      id={id}
      role="option"
      aria-selected={active}
      aria-keyshortcuts={keys}
      className={ROW.option}
      onMouseDown={keepFocus}
      onClick={() => deeds.current?.choose(item)}
    >
      {deeds.current?.option(item)}
    </div>
  );
}

/** Drawn anew when it says something else. While a directory is fetched each page makes a new view, and few rows change. */
const Option = React.memo(
  DrawnOption,
  (before, after) =>
    before.id === after.id &&
    before.keys === after.keys &&
    before.active === after.active &&
    JSON.stringify(before.item) === JSON.stringify(after.item),
) as typeof DrawnOption;
