import React, { useState } from 'react';
import { Box } from '@twilio-paste/core/box';
import type { DialpadView, Group, PersonRow } from '../../core/types';
import type { StringKey } from '../../strings/keys';
import { AboutLine, aboutLines, moment, PRESENCE } from './AboutLine';
import { Field } from './Field';
import { Filters, FilterToggle } from './Filters';
import { favouriteDeedOf } from './keys';
import { ROW } from './rowStyles';
import { RowStar, StarToggle } from './Star';
import type { FieldProps } from './Whom';

const GROUPS: Record<Group, StringKey> = {
  favourites: 'BacklineFavourites',
  recent: 'BacklineRecent',
  everybody: 'BacklineEverybody',
};

/** "Select an agent". */
export function AgentField({ id, view, read, text, dispatch, call }: FieldProps): React.ReactElement {
  const { agents } = view;
  const { about } = agents;
  const [said, setSaid] = useState('');
  const chosen = agents.rows.find((row) => row.callee.worker === agents.selected);
  const star = (row: PersonRow) => {
    dispatch({ kind: 'favouritePressed', worker: row.callee.worker });
    setSaid(text(starred(row, rowOf(row, read())), { name: row.callee.name }));
  };
  const shift = (row: PersonRow, up: boolean) => {
    dispatch({ kind: 'favouriteMoved', worker: row.callee.worker, up });
    const place = read()?.agents.rows.findIndex(({ callee }) => callee.worker === row.callee.worker) ?? 0;
    setSaid(text('BacklineFavouriteMoved', { name: row.callee.name, place: String(place + 1) }));
  };
  const choose = ({ callee }: PersonRow) => {
    dispatch({ kind: 'personChosen', callee });
    // The field is described by it, which is read out when the field gets the focus: it has it already.
    const known = read()?.agents.about;
    setSaid(known ? aboutLines(known, text).join('. ') : '');
  };
  const press = (event: React.KeyboardEvent, active: PersonRow | undefined): boolean => {
    const deed = favouriteDeedOf(event);
    const row = active ?? chosen;
    if (!deed || !row) return false;
    if (deed.kind === 'star') {
      // Held down it is taken, or the browser would mark the page, and does nothing more.
      if (!event.repeat) star(row);
    } else if (active?.group === 'favourites') shift(active, deed.up);
    else return false;
    return true;
  };
  const digitOf = (row: PersonRow) => agents.shortcuts.find(({ callee }) => callee.worker === row.callee.worker)?.digit;
  return (
    <>
      <Field<PersonRow>
        id={id}
        label={text('PSInternalCallSelectAgent')}
        phase={agents.phase}
        items={agents.rows}
        chosen={chosen}
        keyOf={(row) => row.callee.worker}
        nameOf={(row) => row.callee.name}
        option={(row) => <Person row={row} digit={digitOf(row)} text={text} onStar={() => star(row)} />}
        headingOf={agents.rows.some(({ group }) => group !== 'everybody') ? ({ group }) => text(GROUPS[group]) : undefined}
        keysOf={(row) => keysOf(digitOf(row))}
        keys="Control+D Meta+D Alt+ArrowUp Alt+ArrowDown"
        besideLabel={<FilterToggle agents={agents} text={text} dispatch={dispatch} />}
        above={<Filters agents={agents} text={text} dispatch={dispatch} />}
        beside={
          chosen && (
            <StarToggle
              label={text('BacklineFavourite', { name: chosen.callee.name })}
              pressed={chosen.favourite}
              onClick={() => star(chosen)}
            />
          )
        }
        sentence={sentence(agents, text)}
        note={note(agents, text)}
        onShown={(workers) => dispatch({ kind: 'rowsShown', workers })}
        retryLabel={text('BacklineRetry')}
        onAppeared={(empty) => dispatch({ kind: 'fieldAppeared', tab: 'agent', empty })}
        onOpened={() => dispatch({ kind: 'fieldOpened', tab: 'agent' })}
        about={about && ((id) => <AboutLine id={id} about={about} text={text} />)}
        onTyped={(query) => {
          dispatch({ kind: 'queryTyped', tab: 'agent', text: query });
          setSaid('');
        }}
        onChosen={choose}
        onRetry={() => dispatch({ kind: 'retryPressed', tab: 'agent' })}
        onEnter={call}
        onKey={press}
      />
      <Box role="status">
        <Unseen>{said}</Unseen>
      </Box>
    </>
  );
}

const rowOf = (row: PersonRow, view: DialpadView | undefined) =>
  view?.agents.rows.find(({ callee }) => callee.worker === row.callee.worker);

/** What became of it, for those who do not see the star. */
function starred(before: PersonRow, now: PersonRow | undefined): StringKey {
  const favourite = now?.favourite ?? false;
  if (favourite === before.favourite) return 'BacklineFavouritesFull';
  return favourite ? 'BacklineFavouriteAdded' : 'BacklineFavouriteRemoved';
}

const keysOf = (digit: number | undefined) => (digit === undefined ? undefined : `Control+${digit} Meta+${digit}`);

/** For screen readers only. */
function Unseen({ children }: { children: string }): React.ReactElement {
  return (
    <Box as="span" position="absolute" width="1px" height="1px" overflow="hidden" whiteSpace="nowrap" style={{ clipPath: 'inset(50%)' }}>
      {children}
    </Box>
  );
}

function sentence({ phase, rows, matches, known, filteredBy }: DialpadView['agents'], text: FieldProps['text']): string {
  // As the browser writes numbers: Flex's strings know no plural and no grouping.
  const count = known.toLocaleString();
  switch (phase.kind) {
    case 'closed':
      return '';
    case 'loading':
      return known > 0 ? text('BacklineLoadingMoreAgents', { known: count }) : text('BacklineLoadingAgents');
    case 'empty':
      return text(filteredBy.length > 0 ? 'BacklineNoAgentsFiltered' : 'BacklineNoAgents');
    case 'nobody':
      return text('BacklineNobodyOnline');
    case 'failed':
      return known > 0
        ? text('BacklineAgentsPartly', { known: count, detail: phase.detail })
        : text('BacklineAgentsFailed', { detail: phase.detail });
    case 'ready':
      if (matches > rows.length) return text('BacklineMore', { shown: String(rows.length), matches: matches.toLocaleString() });
      // He may not see the list while he chooses a filter.
      return filteredBy.length > 0 ? text('BacklineFound', { matches: String(matches) }) : '';
  }
}

function note({ filteredBy, goesRound, statusesOld, staysHere }: DialpadView['agents'], text: FieldProps['text']): string | undefined {
  const notes = [
    filteredBy.length > 0 && text('BacklineFilteredBy', { filters: filteredBy.join(', ') }),
    goesRound && text('BacklineAgentsGoRound'),
    statusesOld && text('BacklineStatusesOld'),
    staysHere && text('BacklineFavouritesStayHere'),
  ].filter(Boolean);
  return notes.length > 0 ? notes.join(' ') : undefined;
}

interface PersonProps {
  row: PersonRow;
  /** By which he is called, with Ctrl or Cmd. */
  digit: number | undefined;
  text: FieldProps['text'];
  onStar(): void;
}

/** Name, star and digit; below what he does, in words and as a dot that is full or hollow, and what else was found. */
function Person({ row, digit, text, onStar }: PersonProps): React.ReactElement {
  return (
    <>
      <div className={ROW.line}>
        <div className={ROW.name}>
          <Marked text={row.callee.name} marks={row.nameMarks} />
          {row.favourite && row.group === 'everybody' && <Unseen>{text('BacklineFavourites')}</Unseen>}
        </div>
        <div className={ROW.ends}>
          {digit !== undefined && (
            <span aria-hidden className={ROW.key}>
              {digit}
            </span>
          )}
          <RowStar
            label={text(row.favourite ? 'BacklineRemoveFavourite' : 'BacklineAddFavourite')}
            pressed={row.favourite}
            onClick={onStar}
          />
        </div>
      </div>
      <div className={ROW.details}>
        <div className={ROW.presence}>
          <span aria-hidden className={ROW.dot} data-available={row.presence === 'available'} />
          {row.activity || text(PRESENCE[row.presence])}
          {row.since && <span>{text('BacklineSince', { time: moment(row.since) })}</span>}
        </div>
        {row.calls !== undefined && row.calls > 0 && (
          <div>{row.calls === 1 ? text('BacklineOnACall') : text('BacklineOnCalls', { calls: String(row.calls) })}</div>
        )}
        {row.detail && (
          <div className={ROW.name}>
            <Marked text={row.detail} marks={row.detailMarks} />
          </div>
        )}
      </div>
    </>
  );
}

/** A text, what of it matches bold. */
function Marked({ text, marks }: { text: string; marks: [number, number][] }): React.ReactElement {
  const parts = marks.map(([start, end], index) => (
    <React.Fragment key={start}>
      {text.slice(marks[index - 1]?.[1] ?? 0, start)}
      <strong className={ROW.match}>{text.slice(start, end)}</strong>
    </React.Fragment>
  ));
  return (
    <>
      {parts}
      {text.slice(marks[marks.length - 1]?.[1] ?? 0)}
    </>
  );
}
