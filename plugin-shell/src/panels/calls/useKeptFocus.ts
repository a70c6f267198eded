import { useLayoutEffect, useRef } from 'react';
import type React from 'react';

interface KeptFocus {
  ref: React.RefObject<HTMLElement>;
  onFocus: React.FocusEventHandler;
  onBlur: React.FocusEventHandler;
}

/**
 * For a region whose buttons come and go: when the one that has the focus goes, or can no longer be pressed, the focus
 * moves to the region. The browser would drop it, and whoever works by keyboard would begin anew at the top of the page.
 */
export function useKeptFocus(): KeptFocus {
  const ref = useRef<HTMLElement>(null);
  const focused = useRef<Element>();
  useLayoutEffect(() => {
    const last = focused.current;
    if (!last || (last.isConnected && !last.matches(':disabled'))) return;
    focused.current = undefined;
    ref.current?.focus();
  });
  return {
    ref,
    onFocus: ({ target, currentTarget }) => {
      focused.current = target === currentTarget ? undefined : target;
    },
    // Not called for an element that goes: React does not listen while it changes the page.
    onBlur: () => {
      focused.current = undefined;
    },
  };
}
