import type * as Flex from '@twilio/flex-ui';
import type { Dispatcher } from '../../core/dispatcher';
import { replaceWithVerdict } from './replace';

/** Flex hangs up by itself; the core only learns of it. */
export const hookHangupCall = (flex: typeof Flex, dispatcher: Dispatcher): void =>
  replaceWithVerdict(flex.Actions, dispatcher, 'HangupCall', 'hangupCall');
