import type { CoreEvent, RawParticipant } from '../../core/types';
import type { FlexStore, StoredParticipant } from '../../flex/internals';

type Flex = ReturnType<FlexStore['getState']>['flex'];

/**
 * Tells who is in the conferences of this agent's tasks, and which task is selected, whenever that changes. Flex makes
 * the store's participants anew at every update, and changes them in place when it draws them: compared is what they say.
 */
export class StoreWatch {
  private readonly told = new Map<string, string>();
  private selected: string | undefined;
  private seen: string | undefined;

  constructor(private readonly store: FlexStore) {}

  watch(dispatch: (event: CoreEvent) => void): void {
    let seen: unknown[] = [];
    this.store.subscribe(() => {
      const { conferences, participants, worker, view } = this.store.getState().flex;
      const now = [conferences.states, participants?.byCallSid, worker.tasks, view.selectedTaskSid];
      if (now.every((part, index) => part === seen[index])) return;
      seen = now;
      try {
        this.changes().forEach(dispatch);
      } catch (error) {
        console.error('[backline]', error); // and not into whatever of Flex's wrote to the store
      }
    });
  }

  /** Tells of the selected task alone: whoever has one call at a time has no other conference. */
  watchSelection(dispatch: (event: CoreEvent) => void): void {
    this.store.subscribe(() => {
      if (this.store.getState().flex.view?.selectedTaskSid === this.seen) return;
      try {
        this.selection().forEach(dispatch);
      } catch (error) {
        console.error('[backline]', error);
      }
    });
  }

  /** What is selected, if that was not told. */
  selection(): CoreEvent[] {
    // Flex names the selected task by its reservation.
    this.seen = this.store.getState().flex.view?.selectedTaskSid;
    const reservation = this.seen || undefined;
    if (reservation === this.selected) return [];
    this.selected = reservation;
    return [{ kind: 'taskSelected', reservation }];
  }

  /** All of it, for a core that knows nothing. */
  facts(): CoreEvent[] {
    this.told.clear();
    this.forgetSelection();
    return this.changes();
  }

  forgetSelection(): void {
    this.selected = undefined;
  }

  private changes(): CoreEvent[] {
    const { flex } = this.store.getState();
    const events: CoreEvent[] = [];
    const mine = new Set<string>();
    flex.worker.tasks.forEach(({ sid: reservation, taskSid }) => {
      mine.add(reservation);
      const conference = flex.conferences.states.get(taskSid);
      if (!conference) return;
      const participants = conference.source.participants.flatMap((one) => read(one, flex));
      const signature = JSON.stringify(participants);
      if (this.told.get(reservation) === signature) return;
      this.told.set(reservation, signature);
      events.push({ kind: 'participantsChanged', reservation, participants });
    });
    for (const reservation of [...this.told.keys()].filter((sid) => !mine.has(sid))) this.told.delete(reservation);
    return [...events, ...this.selection()];
  }
}

/** As `HoldParticipant` wants him: a worker's SID; the participant SID of somebody who was added; else the call SID. */
function read(one: StoredParticipant, { participants }: Flex): RawParticipant[] {
  const more = one.callSid === undefined ? undefined : participants?.byCallSid?.[one.callSid];
  const type = one.participantType === 'unknown' || !one.participantType ? (more?.type ?? 'unknown') : one.participantType;
  const kind = type === 'agent' ? 'worker' : type;
  const sids: Record<string, string | undefined> = {
    worker: one.workerSid,
    supervisor: one.workerSid,
    // Flex's own entry for whom the call is on its way to: the colleague, or the queue.
    transfer: one.workerSid,
    external: one.participantSid ?? more?.participantSid,
  };
  const target = kind in sids ? sids[kind] : one.callSid;
  if (!target) return []; // not there yet, or nobody whom Flex could address
  const joined = one.status === 'joined' && (kind === 'transfer' || one.connecting !== true);
  return [{ target, call: one.callSid, kind, me: one.isCurrentWorker, joined, onHold: one.onHold }];
}
