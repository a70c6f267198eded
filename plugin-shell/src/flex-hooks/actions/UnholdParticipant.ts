import type * as Flex from '@twilio/flex-ui';
import type { Dispatcher } from '../../core/dispatcher';
import { replaceWithVerdict } from './replace';

export const hookUnholdParticipant = (flex: typeof Flex, dispatcher: Dispatcher): void =>
  replaceWithVerdict(flex.Actions, dispatcher, 'UnholdParticipant', 'unholdParticipant');
