import type * as Flex from '@twilio/flex-ui';

/** A call of the Voice SDK, as far as it is used. */
interface IncomingCall {
  on(event: 'cancel', listener: () => void): unknown;
}

/**
 * Lets Flex forget a call that was taken back just as this browser answered it, as when a colleague declines within the
 * tenth of a second in which the caller's own leg is set up. flex-ui 2.17 then has the call in its phone state already,
 * gets `cancel` and not `disconnect`, and clears the state on `disconnect` alone: the dial pad would stay disabled
 * ("call is currently in progress") until the page is reloaded.
 */
export function forgetCancelledCalls(manager: Flex.Manager): void {
  manager.voiceClient?.on('incoming', (call) => {
    (call as unknown as IncomingCall).on('cancel', () => {
      const { activeCall, connection } = manager.store.getState().flex.phone;
      const shown: unknown = activeCall ?? connection?.source;
      if (shown === call) manager.store.dispatch({ type: 'PHONE_REMOVE_CALL' });
    });
  });
}
