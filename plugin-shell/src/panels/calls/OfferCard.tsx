import React from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import type { OfferRow } from '../../core/types';
import { Elapsed } from './Elapsed';
import type { StripMeans } from './props';
import { offerText } from './words';

/** Call waiting: somebody calls while the agent is in a call. */
export function OfferCard({ offer, text, dispatch, invoke, now }: StripMeans & { offer: OfferRow }): React.ReactElement {
  const { reservation, accepted } = offer;
  const sentence = `backline-offer-${reservation}`;
  // A failure is told by the core.
  const flexDoes = (action: 'AcceptTask' | 'RejectTask') => void invoke(action, { sid: reservation }).catch(() => undefined);
  return (
    <Box
      role="group"
      aria-labelledby={sentence}
      padding="space40"
      borderTopStyle="solid"
      borderTopWidth="borderWidth10"
      borderTopColor="colorBorderWeaker"
      backgroundColor="colorBackgroundPrimaryWeakest"
    >
      <Box display="flex" flexWrap="wrap" columnGap="space30" paddingBottom="space30" overflowWrap="anywhere">
        <Box as="span" id={sentence} fontWeight="fontWeightSemibold">
          {offerText(offer, text)}
        </Box>
        <Elapsed since={offer.since} now={now} />
        {accepted && <Box as="span">{text('BacklineAnswering')}</Box>}
      </Box>
      <Box display="flex" flexWrap="wrap" columnGap="space30" rowGap="space30">
        <Button variant="primary" size="small" aria-describedby={sentence} disabled={accepted} onClick={() => flexDoes('AcceptTask')}>
          {text('BacklineHoldAndAnswer')}
        </Button>
        <Button
          variant="secondary"
          size="small"
          aria-describedby={sentence}
          disabled={accepted}
          onClick={() => dispatch({ kind: 'endAndAnswerPressed', reservation })}
        >
          {text('BacklineEndAndAnswer')}
        </Button>
        <Button
          variant="destructive_secondary"
          size="small"
          aria-describedby={sentence}
          disabled={accepted}
          onClick={() => flexDoes('RejectTask')}
        >
          {text('BacklineDecline')}
        </Button>
      </Box>
    </Box>
  );
}
