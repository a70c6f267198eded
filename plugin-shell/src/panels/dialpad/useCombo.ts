import { useEffect } from 'react';
import { useCombobox } from '@twilio-paste/core/combobox';

/** What a combobox tells. */
interface Facts<Item> {
  opened(): void;
  typed(text: string): void;
  chosen(item: Item): void;
}

/**
 * Paste's combobox with two rules of its own, for a wrong choice here calls the wrong person: somebody is chosen only by
 * Enter or a click, never by leaving the field while the pointer rests on his row; and editing the text ends the choice,
 * so that the same one can be chosen again.
 */
export function useCombo<Item>(
  /** Unique in the page: Flex's own copy of this library counts its fields from the same zero. */
  id: string,
  items: Item[],
  itemToString: (item: Item) => string,
  initial: Item | undefined,
  facts: Facts<Item>,
) {
  const types = useCombobox.stateChangeTypes;
  const combobox = useCombobox<Item>({
    id,
    items,
    itemToString: (item) => (item ? itemToString(item) : ''),
    initialSelectedItem: initial ?? null,
    defaultHighlightedIndex: 0,
    stateReducer: (state, { type, changes }) => {
      if (type === types.InputChange) return { ...changes, selectedItem: null };
      const blurred = type === types.InputBlur;
      const nobody = changes.selectedItem === undefined;
      if (blurred || nobody) {
        return { ...changes, selectedItem: state.selectedItem, inputValue: state.inputValue };
      }
      return changes;
    },
    onIsOpenChange: ({ isOpen }) => isOpen && facts.opened(),
    onInputValueChange: ({ inputValue }) => facts.typed(inputValue ?? ''),
    onSelectedItemChange: ({ selectedItem }) => selectedItem && facts.chosen(selectedItem),
  });
  useEffect(() => {
    // A panel that was closed and opened again: its empty field is a fact like any other.
    if (!initial) facts.typed('');
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the field appears
  }, []);
  return combobox;
}
