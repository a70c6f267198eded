import React from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import type { CallRow } from '../../core/types';
import { Elapsed } from './Elapsed';
import type { StripMeans } from './props';
import { nameOf, stateText } from './words';

/** One call that the agent has taken. */
export function CallItem({ row, ...means }: StripMeans & { row: CallRow }): React.ReactElement {
  const { text, now } = means;
  const live = row.state === 'live';
  return (
    <Box
      as="li"
      aria-current={live ? 'true' : undefined}
      display="flex"
      flexWrap="wrap"
      alignItems="center"
      columnGap="space30"
      rowGap="space20"
      paddingY="space30"
      paddingX="space40"
      borderLeftStyle="solid"
      borderLeftWidth="borderWidth30"
      borderLeftColor={live ? 'colorBorderSuccess' : 'transparent'}
      borderTopStyle="solid"
      borderTopWidth="borderWidth10"
      borderTopColor="colorBorderWeaker"
    >
      <Box flex="1 1 8rem" minWidth="0">
        <Name row={row} {...means} />
        <Box display="flex" flexWrap="wrap" columnGap="space30" color={row.state === 'failed' ? 'colorTextError' : 'colorTextWeak'}>
          <Box as="span" fontWeight={live ? 'fontWeightSemibold' : 'fontWeightNormal'}>
            {stateText(row.state, text)}
          </Box>
          {row.asideSince !== undefined && <Elapsed since={row.asideSince} now={now} />}
          {row.muted && (
            <Box as="span" color="colorText" fontWeight="fontWeightSemibold">
              {text('BacklineYouAreMuted')}
            </Box>
          )}
        </Box>
      </Box>
      {row.reservation && <Controls row={row} sid={row.reservation} {...means} />}
    </Box>
  );
}

/** Brings the call on screen; it stays where it is. */
function Name({ row, text, invoke }: StripMeans & { row: CallRow }): React.ReactElement {
  const name = nameOf(row, text);
  const { reservation: sid } = row;
  if (!sid) return <Box fontWeight="fontWeightSemibold">{name}</Box>;
  return (
    <Box
      as="button"
      type="button"
      title={text('BacklineShowCall')}
      onClick={() => void invoke('SelectTask', { sid }).catch(() => undefined)}
      maxWidth="100%"
      padding="space0"
      background="none"
      borderStyle="none"
      borderRadius="borderRadius10"
      color="colorTextLink"
      fontFamily="inherit"
      fontSize="fontSize30"
      fontWeight="fontWeightSemibold"
      lineHeight="lineHeight30"
      textAlign="left"
      overflowWrap="anywhere"
      cursor="pointer"
      _hover={{ textDecoration: 'underline' }}
      _focus={{ boxShadow: 'shadowFocus', outline: 'none' }}
    >
      {name}
    </Box>
  );
}

function Controls({ row, sid, text, dispatch, invoke }: StripMeans & { row: CallRow; sid: string }): React.ReactElement {
  const name = nameOf(row, text);
  return (
    <Box display="flex" flexWrap="wrap" columnGap="space30" rowGap="space20">
      {row.state === 'failed' ? (
        <Button key="retry" variant="primary" size="small" onClick={() => dispatch({ kind: 'legRetryPressed', reservation: sid })}>
          {text('BacklineTryAgain', { name })}
        </Button>
      ) : (
        <Button
          key="swap"
          variant="secondary"
          size="small"
          aria-label={text('BacklineSwapTo', { name })}
          disabled={!row.canSwap}
          onClick={() => dispatch({ kind: 'swapPressed', reservation: sid })}
        >
          {text('BacklineSwap')}
        </Button>
      )}
      <Button
        variant="destructive_secondary"
        size="small"
        aria-label={text('BacklineHangUpOn', { name })}
        // A failure is told by Flex.
        onClick={() => void invoke('HangupCall', { sid }).catch(() => undefined)}
      >
        {text('BacklineHangUp')}
      </Button>
    </Box>
  );
}
