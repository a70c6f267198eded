import type * as Flex from '@twilio/flex-ui';
import type { Dispatcher } from '../../core/dispatcher';
import { replaceWithVerdict } from './replace';
import type { Lasting } from './replace';

/** Flex hangs up by itself; the core learns of it, and may have the conference end with it. */
export const hookHangupCall = (flex: typeof Flex, dispatcher: Dispatcher, lasting: Lasting): void =>
  replaceWithVerdict(flex.Actions, dispatcher, 'HangupCall', 'hangupCall', lasting);
