import React from 'react';
import { Box } from '@twilio-paste/core/box';
import type { DialpadView, Facet, FilterRow } from '../../core/types';
import type { StringKey } from '../../strings/keys';
import type { PanelProps } from './DialpadPanel';
import { FIELD_LOOKS } from './fieldLooks';

type Props = Pick<PanelProps, 'text' | 'dispatch'> & { agents: DialpadView['agents'] };

const TOGGLE_ID = 'backline-filters-toggle';
const PANEL_ID = 'backline-filters';

const NAMES: Record<Facet, { label: StringKey; any: StringKey }> = {
  status: { label: 'BacklineFilterStatus', any: 'BacklineAnyStatus' },
  team: { label: 'BacklineFilterTeam', any: 'BacklineAnyTeam' },
  skill: { label: 'BacklineFilterSkill', any: 'BacklineAnySkill' },
};

/** Opens and closes the filters; says how many are on. */
export function FilterToggle({ agents, text, dispatch }: Props): React.ReactElement {
  const { filters, filteredBy } = agents;
  const open = Boolean(filters);
  const name = text('BacklineFilters');
  return (
    <LinkButton id={TOGGLE_ID} expanded={open} onClick={() => dispatch({ kind: 'filtersOpened', open: !open })}>
      {filteredBy.length > 0 ? `${name} (${filteredBy.length})` : name}
      <Chevron up={open} />
    </LinkButton>
  );
}

/** The filters, while they are open, and the button that takes them off, as long as one is on. */
export function Filters({ agents, text, dispatch }: Props): React.ReactElement {
  const { filters, filteredBy } = agents;
  const clear = () => {
    dispatch({ kind: 'filtersCleared' });
    // The button that had the focus goes.
    document.getElementById(TOGGLE_ID)?.focus();
  };
  return (
    <>
      <Box id={PANEL_ID} display={filters?.length ? 'grid' : 'none'} alignItems="center" columnGap="space30" rowGap="space30" paddingBottom="space30" style={COLUMNS}>
        {filters?.map((row) => (
          <Filter key={row.facet} row={row} text={text} onChosen={(value) => dispatch({ kind: 'filterChosen', facet: row.facet, value })} />
        ))}
      </Box>
      {filteredBy.length > 0 && (
        <Box display="flex" justifyContent="flex-end" paddingBottom="space30">
          <LinkButton onClick={clear}>{text('BacklineClearFilters')}</LinkButton>
        </Box>
      )}
    </>
  );
}

/** Labels as wide as the longest of them, up to half of the column. */
const COLUMNS = { gridTemplateColumns: 'fit-content(50%) minmax(0, 1fr)' };

interface FilterProps {
  row: FilterRow;
  text: PanelProps['text'];
  onChosen(value: string | undefined): void;
}

/** A select of the browser's own: it opens, scrolls and finds by letters as every agent knows it. */
function Filter({ row, text, onChosen }: FilterProps): React.ReactElement {
  const { label, any } = NAMES[row.facet];
  const id = `${PANEL_ID}-${row.facet}`;
  const select = {
    value: row.chosen ?? '',
    onChange: (event: React.ChangeEvent<HTMLSelectElement>) => onChosen(event.target.value || undefined),
  };
  return (
    <>
      <label htmlFor={id}>
        <Box as="span" color="colorText" fontSize="fontSize30" lineHeight="lineHeight20">
          {text(label)}
        </Box>
      </label>
      <Box
        as="select"
        id={id}
        {...select}
        {...FIELD_LOOKS}
        paddingX="space30"
        paddingY="space20"
        textOverflow="ellipsis"
      >
        <option value="">{text(any)}</option>
        {row.values.map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </Box>
    </>
  );
}

interface LinkButtonProps {
  id?: string;
  /** Of one that opens the filters: whether they are. */
  expanded?: boolean;
  onClick(): void;
}

/** A button that looks like a link. */
function LinkButton({ id, expanded, onClick, children }: React.PropsWithChildren<LinkButtonProps>): React.ReactElement {
  return (
    <Box
      as="button"
      type="button"
      id={id}
      aria-expanded={expanded}
      aria-controls={expanded === undefined ? undefined : PANEL_ID}
      onClick={onClick}
      display="flex"
      alignItems="center"
      columnGap="space20"
      padding="space10"
      background="none"
      borderStyle="none"
      borderRadius="borderRadius20"
      color="colorTextLink"
      cursor="pointer"
      fontFamily="inherit"
      fontSize="fontSize30"
      lineHeight="lineHeight30"
      _hover={{ color: 'colorTextLinkStronger' }}
      _focus={{ boxShadow: 'shadowFocus', outline: 'none' }}
    >
      {children}
    </Box>
  );
}

function Chevron({ up }: { up: boolean }): React.ReactElement {
  return (
    <svg aria-hidden width="10" height="10" viewBox="0 0 10 10" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round">
      <path d={up ? 'M2 6.5l3-3 3 3' : 'M2 3.5l3 3 3-3'} />
    </svg>
  );
}
