import type * as Flex from '@twilio/flex-ui';
import type { Dispatcher } from '../../core/dispatcher';
import { replaceWithVerdict } from './replace';

export const hookUnholdCall = (flex: typeof Flex, dispatcher: Dispatcher): void =>
  replaceWithVerdict(flex.Actions, dispatcher, 'UnholdCall', 'unholdCall');
