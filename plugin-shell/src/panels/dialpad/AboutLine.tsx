import React from 'react';
import { Box } from '@twilio-paste/core/box';
import type { About, Presence } from '../../core/types';
import type { StringKey } from '../../strings/keys';
import type { PanelProps } from './DialpadPanel';
import { ROW } from './rowStyles';

/** Whether somebody takes calls, where his activity has no name. */
export const PRESENCE: Record<Presence, StringKey> = {
  available: 'BacklineAvailable',
  unavailable: 'BacklineUnavailable',
  unknown: 'BacklineStatusUnknown',
};

interface Props {
  /** The field is described by it. */
  id: string;
  about: About;
  text: PanelProps['text'];
}

/** Below the field: what the colleague who is chosen does, in which team he is, and what he can. */
export function AboutLine({ id, about, text }: Props): React.ReactElement {
  const [status, ...rest] = aboutLines(about, text);
  return (
    <Box id={id} paddingTop="space30" paddingX="space20" color="colorTextWeak" fontSize="fontSize20" lineHeight="lineHeight20" style={BROKEN_ANYWHERE}>
      <div className={ROW.presence}>
        <span aria-hidden className={ROW.dot} data-available={about.presence === 'available'} />
        <span>{status}</span>
      </div>
      <div className={ROW.details}>
        {rest.map((line) => (
          <div key={line} className={ROW.name}>
            {line}
          </div>
        ))}
      </div>
    </Box>
  );
}

/** The same as sentences. */
export function aboutLines({ presence, activity, since, team, skills }: About, text: PanelProps['text']): string[] {
  const unknown = text('BacklineAboutUnknown');
  const status = [activity || text(PRESENCE[presence]), since && text('BacklineSince', { time: moment(since) })];
  return [
    text('BacklineAboutStatus', { status: status.filter(Boolean).join(' ') }),
    text('BacklineAboutTeam', { team: team ?? unknown }),
    text('BacklineAboutSkills', { skills: skills.join(', ') || unknown }),
  ];
}

/** The time of today, or the day. */
export function moment(since: string): string {
  const then = new Date(since);
  const today = then.toDateString() === new Date().toDateString();
  return today
    ? then.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : then.toLocaleDateString([], { day: 'numeric', month: 'short' });
}

/** A team or skill without a space in it stays within a narrow column. */
const BROKEN_ANYWHERE: React.CSSProperties = { overflowWrap: 'anywhere' };
