import { describe, expect, it } from 'vitest';
import type { CallRow, CallsView, CallState, OfferRow } from '../src/core/types';
import { newsOf } from '../src/panels/calls/news';
import { nameOf, offerText, stateText } from '../src/panels/calls/words';
import { LOCALES, textFrom } from '../src/strings';
import { minutes } from '../src/strings/time';

const text = textFrom(() => ({}));

function row(reservation: string | undefined, name: string, state: CallState): CallRow {
  return { reservation, name, state, muted: false, asideSince: undefined, canSwap: false };
}

function offer(reservation: string, name: string, more: Partial<OfferRow> = {}): OfferRow {
  return { reservation, name, internal: false, since: 0, accepted: false, ...more };
}

describe('a span', () => {
  it.each([
    [-5, '0:00'],
    [999, '0:00'],
    [1_000, '0:01'],
    [59_999, '0:59'],
    [60_000, '1:00'],
    [125_400, '2:05'],
    [3_600_000, '60:00'],
  ])('of %i ms is %s', (ms, expected) => expect(minutes(ms)).toBe(expected));
});

describe('words', () => {
  const all: Record<CallState, true> = {
    connecting: true, live: true, holding: true, onHold: true, notHeld: true, resuming: true, failed: true,
  };

  it.each(Object.keys(LOCALES))('tell in %s every state from every other', (locale) => {
    const localized = textFrom(() => LOCALES[locale]);
    const states = Object.keys(all) as CallState[];
    expect(new Set(states.map((state) => stateText(state, localized))).size).toBe(states.length);
  });

  it.each(Object.keys(LOCALES))('on a button in %s are part of its name, for whoever speaks to the page', (locale) => {
    const localized = textFrom(() => LOCALES[locale]);
    expect(localized('BacklineSwapTo', { name: 'Dana' })).toContain(localized('BacklineSwap'));
    expect(localized('BacklineHangUpOn', { name: 'Dana' })).toContain(localized('BacklineHangUp'));
  });

  it('name whoever has no name', () => {
    expect(nameOf(row('WR1', 'Dana', 'live'), text)).toBe('Dana');
    expect(nameOf(row('WR1', '', 'live'), text)).toBe('Unknown caller');
    expect(nameOf(row(undefined, '', 'live'), text)).toBe('Listening in');
  });

  it('tell a colleague from a customer', () => {
    expect(offerText(offer('WR1', 'Dana'), text)).toBe('Dana is waiting');
    expect(offerText(offer('WR1', 'Bob Brown', { internal: true }), text)).toBe('Bob Brown, a colleague, is calling');
  });
});

describe('news', () => {
  /** What is said, view by view; nothing where what stands there stays. */
  function told(...views: Array<CallsView | undefined>): Array<string | undefined> {
    let before: ReturnType<typeof newsOf>['told'];
    return views.map((view) => {
      const news = newsOf(before, view, text);
      before = news.told;
      return news.words;
    });
  }

  const dana = row('WR1', 'Dana', 'live');
  const erin = row('WR2', 'Erin', 'onHold');
  const aside: CallRow = { ...dana, state: 'onHold' };
  const taken: CallRow = { ...erin, state: 'live' };

  it('are an offer, once', () => {
    const view = { rows: [dana], offers: [offer('WR2', 'Erin')] };
    expect(told(view, view, { ...view, offers: [offer('WR2', 'Erin', { accepted: true })] })).toEqual(['Erin is waiting', undefined, undefined]);
  });

  it('are the other live call, once, also when none was live in between', () => {
    expect(
      told(
        { rows: [dana, erin], offers: [] },
        { rows: [aside, { ...erin, state: 'resuming' }], offers: [] },
        { rows: [aside, taken], offers: [] },
        { rows: [aside, taken], offers: [] },
      ),
    ).toEqual([undefined, undefined, 'Talking to Erin', undefined]);
  });

  it('are not the call that was live before', () => {
    expect(told({ rows: [dana, erin], offers: [] }, { rows: [aside, erin], offers: [] }, { rows: [dana, erin], offers: [] })).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('are taken back with the offer, and with the strip', () => {
    const offered = { rows: [dana, erin], offers: [offer('WR3', 'Frank')] };
    expect(told(offered, { ...offered, offers: [] }, offered, undefined, undefined)).toEqual(['Frank is waiting', '', 'Frank is waiting', '', undefined]);
  });
});
