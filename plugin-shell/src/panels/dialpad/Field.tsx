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
  retryLabel: string;
  onRetry(): void;
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
        width="100%"
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
      <Box role="status" color="colorTextWeak" fontSize="fontSize20" lineHeight="lineHeight20">
        {phase.kind !== 'closed' && sentence && (
          <Box paddingTop="space30" paddingX="space20">
            {sentence}
          </Box>
        )}
      </Box>
      <List id={listId} label={label} open={open} active={active}>
        {open &&
          items.map((item, index) => (
            <Option key={props.keyOf(item)} id={optionId(index)} active={index === active} onClick={() => choose(item)}>
              {option(item)}
            </Option>
          ))}
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
  active: number;
}

/** Stays in the page while it is closed: the field refers to it. */
function List({ id, label, open, active, children }: React.PropsWithChildren<ListProps>): React.ReactElement {
  const list = useRef<HTMLElement>(null);
  const length = React.Children.count(children);
  useEffect(() => {
    if (open) list.current?.scrollIntoView({ block: 'nearest' });
  }, [open, length]);
  useEffect(() => {
    if (open) list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [open, active]);
  return (
    <Box
      as="ul"
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
      margin="space0"
      marginTop="space20"
      padding="space0"
      listStyleType="none"
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

interface OptionProps {
  id: string;
  active: boolean;
  onClick(): void;
}

/** The active one has a bar beside it too: not by its colour alone. */
function Option({ id, active, onClick, children }: React.PropsWithChildren<OptionProps>): React.ReactElement {
  return (
    <Box
      as="li"
      id={id}
      role="option"
      aria-selected={active}
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
