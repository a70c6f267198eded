import React from 'react';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { CloseIcon } from '@twilio-paste/icons/esm/CloseIcon';
import { PauseIcon } from '@twilio-paste/icons/esm/PauseIcon';
import { PlayIcon } from '@twilio-paste/icons/esm/PlayIcon';
import type { PartyState, PartyView } from '../../core/types';
import type { StringKey } from '../../strings/keys';
import type { CallProps } from './useCallView';

const STATES: Record<PartyState, StringKey> = {
  ringing: 'BacklinePartyRinging',
  there: 'BacklinePartyThere',
  on_hold: 'BacklinePartyOnHold',
  left: 'BacklinePartyLeft',
  declined: 'BacklinePartyDeclined',
  no_answer: 'BacklinePartyNoAnswer',
};

interface Props extends Pick<CallProps, 'dispatch' | 'text'> {
  sid: string;
  parties: PartyView[];
  /** Whether the agent is in it himself. */
  taken: boolean;
  ending: boolean;
}

/** The others of a call of more than two, each with his own hold and removal; whoever hangs up himself leaves it. */
export function Parties({ sid, parties, taken, ending, dispatch, text }: Props): React.ReactElement | null {
  if (parties.length === 0) return null;
  return (
    <Box as="section" aria-label={text('BacklineParties')} paddingBottom="space40">
      <Box fontSize="fontSize30" lineHeight="lineHeight30" color="colorTextWeak">
        {text('BacklineParties')}
      </Box>
      <Box as="ul" margin="space0" padding="space0" listStyleType="none" aria-live="polite">
        {parties.map((party) => (
          <Row key={party.label} sid={sid} party={party} taken={taken && !ending} dispatch={dispatch} text={text} />
        ))}
      </Box>
      {taken && parties.filter(isPresent).length > 1 && (
        <Box display="flex" justifyContent="center" paddingTop="space30">
          <Button
            variant="destructive_secondary"
            size="small"
            disabled={ending}
            onClick={() => dispatch({ kind: 'endForAllPressed', reservation: sid })}
          >
            {text(ending ? 'BacklineEndingForAll' : 'BacklineEndForAll')}
          </Button>
        </Box>
      )}
    </Box>
  );
}

const isPresent = ({ state }: PartyView) => state === 'there' || state === 'on_hold';

interface RowProps extends Pick<Props, 'sid' | 'taken' | 'dispatch' | 'text'> {
  party: PartyView;
}

function Row({ sid, party, taken, dispatch, text }: RowProps): React.ReactElement {
  const name = party.name || text('BacklinePartyOfQueue');
  const held = party.state === 'on_hold';
  const present = isPresent(party);
  const button = { variant: 'secondary', size: 'icon_small', disabled: party.changing } as const;
  const labelled = (key: StringKey) => ({ 'aria-label': text(key, { name }), title: text(key, { name }) });
  return (
    <Box as="li" display="flex" alignItems="center" columnGap="space20" paddingY="space20">
      <Box flex="1 1 auto" minWidth="0" overflowWrap="anywhere">
        <Box fontSize="fontSize30" lineHeight="lineHeight30" fontWeight="fontWeightSemibold" color="colorText">
          {name}
        </Box>
        <Box fontSize="fontSize20" lineHeight="lineHeight20" color="colorTextWeak">
          {text(STATES[party.state])}
        </Box>
      </Box>
      {taken && present && (
        <Button
          {...button}
          {...labelled(held ? 'BacklineResume' : 'BacklineHold')}
          onClick={() => dispatch({ kind: 'partyHoldPressed', reservation: sid, label: party.label, on: !held })}
        >
          {held ? <PlayIcon decorative /> : <PauseIcon decorative />}
        </Button>
      )}
      {taken && (present || party.state === 'ringing') && (
        <Button
          {...button}
          {...labelled('BacklineRemove')}
          onClick={() => dispatch({ kind: 'partyRemovePressed', reservation: sid, label: party.label })}
        >
          <CloseIcon decorative />
        </Button>
      )}
    </Box>
  );
}
