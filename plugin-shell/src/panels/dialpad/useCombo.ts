import { useEffect, useState } from 'react';
import type React from 'react';
import { activeIndex, deedOf, isOncePressed } from './keys';

/** What a combobox offers, and to whom it tells what is done to it. */
export interface Combo<Item> {
  items: Item[];
  /** Unique among the items, and the same for the same item. */
  keyOf: (item: Item) => string;
  nameOf: (item: Item) => string;
  /** When the field appears. */
  chosen: Item | undefined;
  /** The field is there, with the name of what is chosen or empty. */
  onAppeared(empty: boolean): void;
  /** The list is wanted. */
  onOpened(): void;
  onTyped(text: string): void;
  onChosen(item: Item): void;
  /** Enter in the field while its list is closed. */
  onEnter(): void;
  /** A key that is more than the combobox's, and the active row, if there is one; whether it was taken. */
  onKey?(event: React.KeyboardEvent, active: Item | undefined): boolean;
}

/**
 * An editable combobox. Two rules matter more here than elsewhere, for a wrong choice calls the wrong person: leaving
 * the field never chooses anybody; and what is active is a row, not a place in the list, so that it stays the same one
 * when the list changes under the agent's hands.
 */
export function useCombo<Item>({ items, keyOf, nameOf, chosen, ...facts }: Combo<Item>) {
  const [text, setText] = useState(chosen ? nameOf(chosen) : '');
  const [wanted, setWanted] = useState(false);
  /** The active row's key; nothing as long as it is simply the first. */
  const [activeKey, setActiveKey] = useState<string>();

  const open = wanted && items.length > 0;
  const active = open ? activeIndex(activeKey, items.map(keyOf)) : -1;
  const first = items[0];

  useEffect(() => {
    if (open && activeKey === undefined && first !== undefined) setActiveKey(keyOf(first));
  });
  useEffect(() => {
    facts.onAppeared(!chosen);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the field appears
  }, []);

  const chosenKey = chosen && keyOf(chosen);
  useEffect(() => {
    // He may have been chosen by other means than this field.
    if (chosen) setText(nameOf(chosen));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- when it becomes another, not when his row is drawn anew
  }, [chosenKey]);

  const show = (index: number) => {
    const item = items[index];
    setActiveKey(item === undefined ? undefined : keyOf(item));
    setWanted(true);
    // Not at every key: the core fetches a list that failed again each time that it is wanted.
    if (!wanted) facts.onOpened();
  };
  const type = (typed: string) => {
    setText(typed);
    setActiveKey(undefined);
    facts.onTyped(typed);
  };
  const choose = (item: Item) => {
    setText(nameOf(item));
    setWanted(false);
    facts.onChosen(item);
  };
  const press = (event: React.KeyboardEvent) => {
    // While an input method composes, Enter and the arrows are its own.
    if (event.nativeEvent.isComposing) return;
    if (event.repeat && isOncePressed(event.key)) return event.preventDefault();
    if (facts.onKey?.(event, items[active])) return event.preventDefault();
    const deed = deedOf(event.key, open, active, items.length);
    if (!deed) return;
    event.preventDefault();
    switch (deed.kind) {
      case 'open':
      case 'move':
        return show(deed.active);
      case 'choose': {
        const item = items[deed.index];
        return item === undefined ? undefined : choose(item);
      }
      case 'close':
        return setWanted(false);
      case 'clear':
        return type('');
      case 'submit':
        return facts.onEnter();
    }
  };

  return {
    text,
    open,
    active,
    choose,
    input: {
      value: text,
      autoComplete: 'off',
      onKeyDown: press,
      onFocus: () => facts.onOpened(),
      onClick: () => !open && show(0),
      onBlur: () => setWanted(false),
      onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
        setWanted(true);
        type(event.target.value);
      },
    },
  };
}
