import React from 'react';
import { Box } from '@twilio-paste/core/box';
import type { DialpadView, PersonRow } from '../../core/types';
import type { StringKey } from '../../strings/keys';
import type { PanelProps } from './DialpadPanel';
import { Field } from './Field';

/** "Select an agent". */
export function AgentField({ view, text, dispatch, call }: PanelProps & { view: DialpadView }): React.ReactElement {
  const { agents } = view;
  return (
    <Field<PersonRow>
      id="backline-agent"
      label={text('PSInternalCallSelectAgent')}
      phase={agents.phase}
      items={agents.rows}
      chosen={agents.rows.find((row) => row.callee.worker === agents.selected)}
      keyOf={(row) => row.callee.worker}
      nameOf={(row) => row.callee.name}
      option={(row) => <Person row={row} text={text} />}
      sentence={sentence(agents, text)}
      retryLabel={text('BacklineRetry')}
      onOpened={() => dispatch({ kind: 'fieldOpened', tab: 'agent' })}
      onTyped={(query) => dispatch({ kind: 'queryTyped', tab: 'agent', text: query })}
      onChosen={({ callee }) => dispatch({ kind: 'personChosen', callee })}
      onRetry={() => dispatch({ kind: 'retryPressed', tab: 'agent' })}
      onEnter={call}
    />
  );
}

function sentence({ phase, rows, matches, known }: DialpadView['agents'], text: PanelProps['text']): string {
  // As the browser writes numbers: Flex's strings know no plural and no grouping.
  const count = known.toLocaleString();
  switch (phase.kind) {
    case 'closed':
      return '';
    case 'loading':
      return known > 0 ? text('BacklineLoadingMoreAgents', { known: count }) : text('BacklineLoadingAgents');
    case 'empty':
      return text('BacklineNoAgents');
    case 'nobody':
      return text('BacklineNobodyOnline');
    case 'failed':
      return known > 0
        ? text('BacklineAgentsPartly', { known: count, detail: phase.detail })
        : text('BacklineAgentsFailed', { detail: phase.detail });
    case 'ready':
      return matches > rows.length
        ? text('BacklineMore', { shown: String(rows.length), matches: matches.toLocaleString() })
        : '';
  }
}

const PRESENCE: Record<PersonRow['presence'], StringKey> = {
  available: 'BacklineAvailable',
  unavailable: 'BacklineUnavailable',
  unknown: 'BacklineStatusUnknown',
};

/** Name, and beside it what he does: in words, and as a dot that is full or hollow. */
function Person({ row, text }: { row: PersonRow; text: PanelProps['text'] }): React.ReactElement {
  const available = row.presence === 'available';
  return (
    <Box display="flex" justifyContent="space-between" columnGap="space40" alignItems="center">
      <Box minWidth="0" overflowWrap="anywhere">
        <Box>
          <Marked text={row.callee.name} marks={row.nameMarks} />
        </Box>
        {row.detail && (
          <Box fontSize="fontSize20" color="colorTextWeak" lineHeight="lineHeight20">
            <Marked text={row.detail} marks={row.detailMarks} />
          </Box>
        )}
      </Box>
      <Box display="flex" columnGap="space20" alignItems="center" fontSize="fontSize20" color="colorTextWeak" whiteSpace="nowrap">
        <Box
          aria-hidden
          display="inline-block"
          width="9px"
          height="9px"
          borderRadius="borderRadiusCircle"
          borderStyle="solid"
          borderWidth="borderWidth20"
          borderColor={available ? 'colorBorderSuccess' : 'colorBorder'}
          backgroundColor={available ? 'colorBackgroundSuccess' : 'none'}
        />
        {row.activity || text(PRESENCE[row.presence])}
      </Box>
    </Box>
  );
}

/** A text, what of it matches bold. */
function Marked({ text, marks }: { text: string; marks: [number, number][] }): React.ReactElement {
  const parts = marks.map(([start, end], index) => (
    <React.Fragment key={start}>
      {text.slice(marks[index - 1]?.[1] ?? 0, start)}
      <Box as="strong" fontWeight="fontWeightBold">
        {text.slice(start, end)}
      </Box>
    </React.Fragment>
  ));
  return (
    <>
      {parts}
      {text.slice(marks[marks.length - 1]?.[1] ?? 0)}
    </>
  );
}
