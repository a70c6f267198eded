import React from 'react';
import * as Flex from '@twilio/flex-ui';
import { CallsStrip } from '../../panels/calls/CallsStrip';
import type { StripProps } from '../../panels/calls/props';
import { FlexTheme } from '../../panels/FlexTheme';
import type { FlexThemeProps } from '../../panels/FlexTheme';
import { Guard } from '../../panels/Guard';

/** Adds the strip of all calls above the task list: there it is in sight whichever task is selected. */
export function addCallsStrip(flex: typeof Flex, props: StripProps): void {
  const Themed = flex.withTheme(({ theme }: FlexThemeProps) => (
    <Guard>
      <FlexTheme theme={theme}>
        <CallsStrip {...props} />
      </FlexTheme>
    </Guard>
  )) as unknown as React.ComponentType;
  flex.TaskListContainer.Content.add(<Themed key="backline-calls" />, { sortOrder: -1 });
}
