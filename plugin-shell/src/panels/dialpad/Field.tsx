import React from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Combobox } from '@twilio-paste/core/combobox';
import type { Phase } from '../../core/types';
import { useCombo } from './useCombo';

interface Props<Item extends string | object> {
  id: string;
  label: string;
  phase: Phase;
  items: Item[];
  chosen: Item | undefined;
  itemToString: (item: Item) => string;
  option: (item: Item) => React.ReactNode;
  /** The sentence below the field: loading, nothing found, why it failed, how many more there are. */
  sentence: string;
  retryLabel: string;
  onOpened(): void;
  onTyped(text: string): void;
  onChosen(item: Item): void;
  onRetry(): void;
  /** Enter in the field while its list is closed. */
  onEnter(): void;
}

/** A field that offers a list as one types, and says what state the list is in. */
export function Field<Item extends string | object>(props: Props<Item>): React.ReactElement {
  const { label, phase, items, chosen, itemToString, option, sentence } = props;
  const state = useCombo(props.id, items, itemToString, chosen, {
    opened: props.onOpened,
    typed: props.onTyped,
    chosen: props.onChosen,
  });
  return (
    <Box>
      <Combobox
        autocomplete
        labelText={label}
        items={items as never[]}
        optionTemplate={option}
        state={state}
        emptyState={() => <Sentence text={sentence} />}
        onFocus={props.onOpened}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !state.isOpen) props.onEnter();
        }}
      />
      <div role="status">{phase.kind !== 'closed' && <Sentence text={sentence} />}</div>
      {phase.kind === 'failed' && (
        <Button variant="secondary" size="small" onClick={props.onRetry}>
          {props.retryLabel}
        </Button>
      )}
    </Box>
  );
}

function Sentence({ text }: { text: string }): React.ReactElement | null {
  if (!text) return null;
  return (
    <Box paddingY="space30" paddingX="space20" color="colorTextWeak" fontSize="fontSize20" lineHeight="lineHeight20">
      {text}
    </Box>
  );
}
