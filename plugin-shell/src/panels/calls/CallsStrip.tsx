import React, { useEffect, useRef, useState } from 'react';
import { Box } from '@twilio-paste/core/box';
import type { CallsView } from '../../core/types';
import { CallItem } from './CallItem';
import { newsOf } from './news';
import type { Told } from './news';
import { OfferCard } from './OfferCard';
import { useView } from '../useView';
import type { StripMeans, StripProps } from './props';
import { useKeptFocus } from './useKeptFocus';

/**
 * A high-contrast theme of the system leaves out shadows, as which Paste draws borders and the focus, and shows borders
 * that are transparent otherwise, such as where the mark of the live call would be.
 */
const FORCED_COLORS =
  '@media (forced-colors:active){[data-backline-calls] button{border:1px solid ButtonText!important}' +
  '[data-backline-calls] li:not([aria-current]){border-left-color:Canvas!important}' +
  '[data-backline-calls]:focus,[data-backline-calls] :focus{outline:2px solid Highlight!important}}';

/** Above the rows and cards, which would cover a shadow's line; and not for whoever works by mouse. */
const FOCUS = '[data-backline-calls]:focus-visible{outline:2px solid currentColor;outline-offset:-2px}';

/** All calls of the agent, and whoever waits. Shows the core's view and reports what is done to it. */
export function CallsStrip({ view: read, subscribe, ...means }: StripProps): React.ReactElement {
  const view = useView(read, subscribe);
  return (
    <>
      <Announced view={view} text={means.text} />
      {view && <Strip view={view} {...means} />}
    </>
  );
}

function Strip({ view, ...means }: StripMeans & { view: CallsView }): React.ReactElement {
  const keptFocus = useKeptFocus();
  return (
    <Box
      as="section"
      {...keptFocus}
      tabIndex={-1}
      aria-label={means.text('BacklineYourCalls')}
      data-backline-calls
      flexShrink={0}
      maxHeight="75%"
      overflowY="auto"
      color="colorText"
      backgroundColor="colorBackgroundBody"
      fontSize="fontSize30"
      lineHeight="lineHeight30"
      borderBottomStyle="solid"
      borderBottomWidth="borderWidth10"
      borderBottomColor="colorBorderWeak"
    >
      <style>{FOCUS + FORCED_COLORS}</style>
      {view.offers.map((offer) => (
        <OfferCard key={offer.reservation} offer={offer} {...means} />
      ))}
      <Box as="ul" role="list" margin="space0" padding="space0" listStyleType="none">
        {view.rows.map((row) => (
          <CallItem key={row.reservation ?? 'listening in'} row={row} {...means} />
        ))}
      </Box>
    </Box>
  );
}

const UNSEEN: React.CSSProperties = {
  position: 'absolute',
  width: 1,
  height: 1,
  margin: -1,
  overflow: 'hidden',
  clip: 'rect(0 0 0 0)',
  whiteSpace: 'nowrap',
};

/**
 * Says to a screen reader what is new. It is there, empty, also while there is no strip: what comes into the page
 * together with its words is not read out.
 */
function Announced({ view, text }: Pick<StripMeans, 'text'> & { view: CallsView | undefined }): React.ReactElement {
  const told = useRef<Told>();
  const [said, say] = useState({ words: '', turn: 0 });
  useEffect(() => {
    const news = newsOf(told.current, view, text);
    told.current = news.told;
    const { words } = news;
    if (words !== undefined) say(({ turn }) => ({ words, turn: turn + 1 }));
  }, [view, text]);
  return (
    <div role="status" aria-live="polite" style={UNSEEN}>
      <span key={said.turn}>{said.words}</span>
    </div>
  );
}
