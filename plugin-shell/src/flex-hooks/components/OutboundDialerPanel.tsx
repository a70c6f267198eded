import React from 'react';
import * as Flex from '@twilio/flex-ui';
import { DialpadPanel } from '../../panels/dialpad/DialpadPanel';
import { FlexTheme } from '../../panels/FlexTheme';
import type { FlexThemeProps } from '../../panels/FlexTheme';
import { Guard } from '../../panels/Guard';

type PanelProps = React.ComponentProps<typeof DialpadPanel>;

/** Adds our panel below Flex's own dial pad. */
export function addDialpadPanel(flex: typeof Flex, props: PanelProps): void {
  const Themed = flex.withTheme(({ theme }: FlexThemeProps) => (
    <Guard>
      <FlexTheme theme={theme}>
        <DialpadPanel {...props} />
      </FlexTheme>
    </Guard>
  )) as unknown as React.ComponentType;
  flex.OutboundDialerPanel.Content.add(<Themed key="backline-dialpad" />, { sortOrder: 100 });
}
