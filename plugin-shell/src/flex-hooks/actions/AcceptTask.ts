import type * as Flex from '@twilio/flex-ui';
import type { Dispatcher } from '../../core/dispatcher';
import { replaceWithVerdict } from './replace';
import type { Lasting } from './replace';

export const hookAcceptTask = (flex: typeof Flex, dispatcher: Dispatcher, lasting: Lasting): void =>
  replaceWithVerdict(flex.Actions, dispatcher, 'AcceptTask', 'acceptTask', lasting);
