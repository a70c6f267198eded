import React from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import type { StringKey } from '../../strings/keys';
import { moveOf } from './keys';

/** What the menu shows, and does. */
export interface MenuProps {
  text(key: StringKey): string;
  save(): void;
}

/** What Flex's header gives a button: its look. `ref` reaches the button itself. */
export type HeaderButton = React.ComponentType<
  React.ButtonHTMLAttributes<HTMLButtonElement> & { buttonRef: React.Ref<HTMLButtonElement> }
>;

const MENU = 'backline-menu';
const HINT = 'backline-menu-hint';

/** A button in Flex's header whose menu saves the diagnostics. */
export function BacklineMenu({ text, save, HeaderButton: Head }: MenuProps & { HeaderButton: HeaderButton }): React.ReactElement {
  const [open, setOpen] = React.useState(false);
  const whole = React.useRef<HTMLDivElement>(null);
  const button = React.useRef<HTMLButtonElement>(null);
  const item = React.useRef<HTMLButtonElement>(null);

  React.useEffect(() => {
    if (open) item.current?.focus();
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const pressed = (event: React.KeyboardEvent) => {
    const move = moveOf(event.key, open);
    if (move === 'none') return;
    // Tab goes on to what comes after the menu.
    if (move !== 'leave') event.preventDefault();
    if (move === 'close') close();
    else setOpen(move === 'open');
  };
  const left = (event: React.FocusEvent) => {
    if (!whole.current?.contains(event.relatedTarget as Node | null)) setOpen(false);
  };
  const chosen = () => {
    close();
    save();
  };

  return (
    <Box position="relative" ref={whole} onKeyDown={pressed} onBlur={left}>
      <Head
        buttonRef={button}
        aria-label={text('BacklineMenu')}
        title={text('BacklineMenu')}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? MENU : undefined}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <Box
          position="absolute"
          right="0"
          top="100%"
          width="size30"
          padding="space40"
          borderRadius="borderRadius20"
          boxShadow="shadow"
          backgroundColor="colorBackgroundBody"
          zIndex="zIndex90"
        >
          <Box role="menu" id={MENU} aria-label={text('BacklineMenu')}>
            <Button variant="link" role="menuitem" ref={item} tabIndex={-1} aria-describedby={HINT} onClick={chosen}>
              {text('BacklineSaveDiagnostics')}
            </Button>
          </Box>
          <Text as="p" id={HINT} fontSize="fontSize20" color="colorTextWeak" marginTop="space20">
            {text('BacklineDiagnosticsHint')}
          </Text>
        </Box>
      )}
    </Box>
  );
}
