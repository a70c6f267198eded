import React, { useEffect, useRef } from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import type { Phase } from '../../core/types';
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
  /** By which keys a row is reached from anywhere, as ARIA writes them. */
  keysOf?: (item: Item) => string | undefined;
  /** Beside the field. */
  beside?: React.ReactNode;
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
  const optionId = (index: number) => `${id}-option-${index}`;
  const options = items.map((item, index) => (
    <Option key={props.keyOf(item)} id={optionId(index)} keys={props.keysOf?.(item)} active={index === active} onClick={() => choose(item)}>
      {option(item)}
    </Option>
  ));
  return (
    <Box position="relative">
      <label htmlFor={id}>
        <Box
          as="span"
          display="block"
          marginBottom="space20"
          color="colorText"
          cursor="pointer"
          fontSize="fontSize30"
          fontWeight="fontWeightSemibold"
          lineHeight="lineHeight30"
        >
          {label}
        </Box>
      </label>
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
          width="100%"
          minWidth="0"
          paddingX="space40"
          paddingY="space30"
          borderStyle="none"
          borderRadius="borderRadius20"
          boxShadow="shadowBorder"
          backgroundColor="colorBackgroundBody"
          color="colorText"
          fontFamily="inherit"
          fontSize="fontSize30"
          lineHeight="lineHeight20"
          outline="none"
          transition="box-shadow 100ms ease-in"
          _hover={{ boxShadow: 'shadowBorderPrimaryStronger' }}
          _focus={{ boxShadow: 'shadowFocus' }}
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
      <List id={listId} label={label} open={open} activeId={optionId(active)} moved={`${items.length} ${sentence} ${props.note}`}>
        {open && (props.headingOf ? inGroups(listId, options, items.map(props.headingOf)) : options)}
      </List>
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
  /** Changes with whatever makes the list longer, or pushes it down. */
  moved: string;
}

/** Stays in the page while it is closed: the field refers to it. */
function List({ id, label, open, activeId, moved, children }: React.PropsWithChildren<ListProps>): React.ReactElement {
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    if (open) list.current?.scrollIntoView({ block: 'nearest' });
  }, [open, moved]);
  useEffect(() => {
    if (open) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' });
  }, [open, activeId]);
  return (
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
  );
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
      <Box key={heading} role="group" aria-labelledby={headingId}>
        <Box
          role="presentation"
          id={headingId}
          paddingX="space40"
          paddingTop="space30"
          paddingBottom="space10"
          color="colorTextWeak"
          fontSize="fontSize20"
          fontWeight="fontWeightSemibold"
          lineHeight="lineHeight20"
          onMouseDown={(event: React.MouseEvent) => event.preventDefault()}
        >
          {heading}
        </Box>
        {members}
      </Box>
    );
  });
}

interface OptionProps {
  id: string;
  keys: string | undefined;
  active: boolean;
  onClick(): void;
}

/** The active one has a bar beside it too: not by its colour alone. */
function Option({ id, keys, active, onClick, children }: React.PropsWithChildren<OptionProps>): React.ReactElement {
  return (
    <Box
      id={id}
      role="option"
      aria-selected={active}
      aria-keyshortcuts={keys}
      // The field keeps the focus.
      onMouseDown={(event: React.MouseEvent) => event.preventDefault()}
      onClick={onClick}
      paddingX="space40"
      paddingY="space30"
      cursor="pointer"
      color={active ? 'colorTextLinkStronger' : 'colorText'}
      backgroundColor={active ? 'colorBackgroundPrimaryWeakest' : 'colorBackgroundBody'}
      borderLeftStyle="solid"
      borderLeftWidth="borderWidth30"
      borderLeftColor={active ? 'colorBorderPrimary' : 'transparent'}
      _hover={active ? {} : { backgroundColor: 'colorBackground' }}
    >
      {children}
    </Box>
  );
}
