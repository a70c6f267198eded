import React from 'react';
import * as Flex from '@twilio/flex-ui';
import { MoreIcon } from '@twilio-paste/icons/esm/MoreIcon';
import { FlexTheme } from '../../panels/FlexTheme';
import type { FlexThemeProps } from '../../panels/FlexTheme';
import { Guard } from '../../panels/Guard';
import { BacklineMenu } from '../../panels/menu/BacklineMenu';
import type { HeaderButton, MenuProps } from '../../panels/menu/BacklineMenu';

interface HeaderTheme {
  MainHeader?: { Button?: object };
}

/** Flex's own icons turn dark when the button turns light under the mouse; ours is white on the header's colour. */
const NO_HOVER = { backgroundColor: 'transparent' };

/** Adds our menu to Flex's header: it is there whatever the agent does, also when the core is not. */
export function addBacklineMenu(flex: typeof Flex, props: MenuProps): void {
  const Plain = flex.IconButton as unknown as React.ComponentType<Record<string, unknown>>;
  const Button = flex.withTheme(({ theme, ...more }: { theme?: HeaderTheme }) => (
    <Plain icon={<MoreIcon decorative />} themeOverride={theme?.MainHeader?.Button} style={NO_HOVER} {...more} />
  )) as unknown as HeaderButton;
  const Themed = flex.withTheme(({ theme }: FlexThemeProps) => (
    <Guard>
      <FlexTheme theme={theme}>
        <BacklineMenu {...props} HeaderButton={Button} />
      </FlexTheme>
    </Guard>
  )) as unknown as React.ComponentType;
  flex.MainHeader.Content.add(<Themed key="backline-menu" />, { align: 'end', sortOrder: -1 });
}
