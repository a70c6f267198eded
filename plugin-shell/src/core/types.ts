/** The boundary's types, generated from the Rust ones; the names that the browser has too are renamed. */
export type {
  About,
  ActionToken,
  Audio as LegAudio,
  CallLine,
  CallRow,
  CallState,
  CallsView,
  CallView,
  Colleague,
  DeclineReason,
  Effect,
  EffectId,
  Facet,
  FilterRow,
  Event as CoreEvent,
  FlexAction,
  Group,
  Notice,
  OfferRow,
  Outcome,
  Panel,
  PartyState,
  PartyView,
  PersonRow,
  Phase,
  Place,
  Presence,
  RawActivity,
  RawColleague,
  RawMe,
  RawParticipant,
  RawPerson,
  RawReservation,
  RawWork,
  Reachable,
  Tab,
  Unanswered,
  Verdict,
} from './pkg/backline';
import type { DialpadView as ViewWithoutRows, Effect, PersonRow } from './pkg/backline';

/** The kinds of effects: one handler each. */
export type EffectKind = Effect['kind'];

/** An effect of one kind. */
export type EffectOf<K extends EffectKind> = Extract<Effect, { kind: K }>;

/** The panel, with the rows of its list of people, which cross by themselves. */
export type DialpadView = ViewWithoutRows & { agents: { rows: PersonRow[] } };
