import React from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import type { DialpadView } from '../../core/types';
import { askPermission } from '../../effects/desktop';
import type { PanelProps } from './DialpadPanel';

interface Props extends Pick<PanelProps, 'text' | 'dispatch'> {
  waiting: DialpadView['waiting'];
}

/** "Tell me when free" of the colleague whose call has just come to nothing; and those who are waited for. */
export function WaitingLines({ waiting: { offered, colleagues }, text, dispatch }: Props): React.ReactElement {
  const press = () => {
    if (!offered) return;
    // What is told may come while Flex's tab is hidden.
    askPermission();
    dispatch({ kind: 'tellWhenFreePressed', callee: offered });
  };
  return (
    <Box textAlign="center">
      {offered && (
        <Button variant="link" aria-label={text('BacklineTellWhenFreeOf', { name: offered.name })} onClick={press}>
          {text('BacklineTellWhenFree')}
        </Button>
      )}
      <Box role="status" fontSize="fontSize20" lineHeight="lineHeight30" color="colorTextWeak">
        {colleagues.map(({ worker, name }) => (
          <Box key={worker} paddingTop="space20">
            {text('BacklineWaitingFor', { name })}{' '}
            <Button
              variant="link"
              size="reset"
              aria-label={text('BacklineStopWaitingFor', { name })}
              onClick={() => dispatch({ kind: 'waitCancelled', worker })}
            >
              {text('BacklineStopWaiting')}
            </Button>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
