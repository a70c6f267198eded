import React from 'react';
import * as Flex from '@twilio/flex-ui';
import { CallStatus } from '../../panels/call/CallStatus';
import { Company } from '../../panels/call/Company';
import { DeclineReasons } from '../../panels/call/DeclineReasons';
import { HoldButton } from '../../panels/call/HoldButton';
import type { CallProps } from '../../panels/call/useCallView';
import { FlexTheme } from '../../panels/FlexTheme';
import type { FlexThemeProps } from '../../panels/FlexTheme';
import { Guard } from '../../panels/Guard';
import { isBetweenAgents } from './nativeCall';

/** What Flex gives to what is added to a task's canvas. */
interface CanvasProps {
  task?: Flex.ITask;
}

const isInternal = { if: ({ task }: CanvasProps) => isBetweenAgents(task?.attributes) };
const isHeldByUs = { if: ({ task }: CanvasProps) => task?.attributes?.client_call === true };

/** Adds what a call between agents needs besides Flex's own: its state, hold, who else is in it, transfer, declining with a reason. */
export function addCallCanvas(flex: typeof Flex, props: CallProps): void {
  const themed = (key: string, Part: React.ComponentType<CallProps & { sid: string }>) => {
    const Themed = flex.withTheme(({ theme, task }: FlexThemeProps & CanvasProps) =>
      task ? (
        <Guard>
          <FlexTheme theme={theme}>
            <Part {...props} sid={task.sid} />
          </FlexTheme>
        </Guard>
      ) : null,
    ) as unknown as React.ComponentType;
    return <Themed key={key} />;
  };
  flex.CallCanvas.Content.add(themed('backline-status', CallStatus), { ...isInternal, sortOrder: 0 });
  flex.CallCanvas.Content.add(themed('backline-company', Company), { ...isHeldByUs, sortOrder: 1 });
  flex.CallCanvasActions.Content.add(themed('backline-hold', HoldButton), { ...isHeldByUs, sortOrder: 1 });
  flex.IncomingTaskCanvas.Content.add(themed('backline-status', CallStatus), { ...isInternal, sortOrder: 100 });
  flex.IncomingTaskCanvas.Content.add(themed('backline-company', Company), { ...isHeldByUs, sortOrder: 102 });
  flex.IncomingTaskCanvas.Content.add(themed('backline-decline', DeclineReasons), { ...isInternal, sortOrder: 101 });
}
