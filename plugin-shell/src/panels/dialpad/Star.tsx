import React from 'react';
import { Box } from '@twilio-paste/core/box';
import { ROW } from './rowStyles';

/** A star, full or hollow: not by its colour alone. */
export function Star({ full }: { full: boolean }): React.ReactElement {
  return (
    <svg aria-hidden width="16" height="16" viewBox="0 0 20 20" style={{ display: 'block' }}>
      <path
        d="M10 1.8l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z"
        fill={full ? 'currentColor' : 'none'}
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
    </svg>
  );
}

interface Props {
  label: string;
  pressed: boolean;
  onClick(): void;
}

/** The chosen colleague's star, beside the field: one that the Tab key reaches, and a screen reader names. */
export function StarToggle({ label, pressed, onClick }: Props): React.ReactElement {
  return (
    <Box
      as="button"
      type="button"
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      onClick={onClick}
      flexShrink={0}
      padding="space30"
      background="none"
      borderStyle="none"
      borderRadius="borderRadius20"
      color={pressed ? 'colorTextLink' : 'colorTextWeak'}
      cursor="pointer"
      _hover={{ color: 'colorTextLinkStronger' }}
      _focus={{ boxShadow: 'shadowFocus', outline: 'none' }}
    >
      <Star full={pressed} />
    </Box>
  );
}

/**
 * A row's star, for the mouse: an option of a listbox holds no button (https://www.w3.org/TR/wai-aria-1.2/#option, its
 * children are presentational). By keyboard the active row's star is pressed by Ctrl or Cmd and D.
 */
export function RowStar({ label, pressed, onClick }: Props): React.ReactElement {
  const press = (event: React.MouseEvent) => {
    // The row would be chosen.
    event.stopPropagation();
    onClick();
  };
  return (
    <span aria-hidden title={label} onClick={press} className={ROW.star} data-pressed={pressed}>
      <Star full={pressed} />
    </span>
  );
}
