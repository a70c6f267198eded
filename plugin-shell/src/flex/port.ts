import type * as Flex from '@twilio/flex-ui';
import type { RawActivity, RawMe } from '../core/types';
import type { StringKey } from '../strings/keys';
import { outlive, ownSyncClient, storeOf } from './internals';
import { NOTIFICATIONS } from './notifications';
import type { Kind, NotificationContext } from './notifications';
import type { SyncClient } from './personalMap';

/** A live query, as far as it is used (twilio-sync). */
export interface LiveQuery {
  getItems(): Record<string, object>;
  on(event: 'itemUpdated', listener: (item: { key: string; value: object }) => void): unknown;
  on(event: 'itemRemoved', listener: (item: { key: string }) => void): unknown;
  close(): void;
}

/** A reservation, as far as it is used (twilio-taskrouter). */
export interface SdkReservation {
  readonly sid: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly status: 'pending' | 'accepted' | 'rejected' | 'timeout' | 'canceled' | 'rescinded' | 'wrapping' | 'completed';
  readonly dateCreated?: Date;
  readonly task: SdkTask;
  /** The transfer that it comes of: an object without a SID, if it comes of none. */
  readonly transfer?: { readonly sid?: string } | null;
  call(from: string, url: string, options: { accept: boolean; statusCallbackUrl: string }): Promise<unknown>;
  reject(): Promise<unknown>;
  updateParticipant(options: { endConferenceOnExit?: boolean }): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
}

/** A task, likewise. */
export interface SdkTask {
  readonly sid: string;
  readonly attributes: Record<string, unknown>;
  readonly taskChannelUniqueName?: string;
  readonly dateCreated?: Date;
  /** Seconds, when TaskRouter told of it. */
  readonly age?: number;
  /** Why it was cancelled, in the words of whoever did it. */
  readonly reason?: string;
  readonly transfers?: {
    readonly outgoing?: { readonly sid?: string; readonly status?: string; readonly transferFailedReason?: string | null } | null;
  };
  on(event: string, listener: () => void): unknown;
}

/** A worker client, likewise. */
export interface SdkWorker {
  readonly sid: string;
  readonly friendlyName: string;
  readonly attributes: object;
  readonly activities: Map<string, { sid: string; name: string; available: boolean }>;
  readonly reservations: Map<string, SdkReservation>;
  createTask(to: string, from: string, workflow: string, queue: string, options: object): Promise<string>;
  on(event: 'reservationCreated', listener: (reservation: SdkReservation) => void): unknown;
  /** Also after a reconnect, when `reservations` has been fetched anew. */
  on(event: 'ready', listener: () => void): unknown;
}

/** A queue, by either version of the SDK. */
interface SdkQueue {
  readonly queueName?: string;
  readonly name: string;
}

/** A worker of the workspace's list, likewise. */
export interface SdkWorkerInfo {
  readonly sid: string;
  readonly friendlyName?: string;
  readonly name: string;
  readonly activityName: string;
  readonly activitySid: string;
  readonly attributes: object;
}

/** The workspace, likewise; `fetchWorkersInfo` since 2.0.13 of the SDK, the same under its older name before. */
interface SdkWorkspace {
  fetchTaskQueues(params: object): Promise<Map<string, SdkQueue>>;
  fetchWorkersInfo?(params: object): Promise<Map<string, SdkWorkerInfo>>;
  fetchWorkers(params: object): Promise<Map<string, SdkWorkerInfo>>;
}

/** The one door to Flex for the effect handlers: what is not there says so as an error, which becomes an outcome. */
export class FlexPort {
  private ownSync: SyncClient | undefined;
  private readonly ends = new Map<string, Array<() => void>>();

  constructor(
    private readonly flex: typeof Flex,
    private readonly manager: Flex.Manager,
    /** A string in the agent's language, its `{{placeholders}}` filled. */
    readonly text: (key: StringKey, values?: Record<string, string>) => string,
  ) {}

  worker(): SdkWorker {
    return present(this.manager.workerClient as unknown as SdkWorker | undefined, 'TaskRouter worker');
  }

  workspace(): SdkWorkspace {
    return present(this.manager.workspaceClient, 'TaskRouter workspace') as unknown as SdkWorkspace;
  }

  /** So many of the workspace's workers at most, whatever they do, after that one in Twilio's order. */
  async workers(after: string | undefined, most: number): Promise<SdkWorkerInfo[]> {
    const workspace = this.workspace();
    const params = { AfterSid: after, MaxWorkers: most };
    const workers = await (workspace.fetchWorkersInfo ? workspace.fetchWorkersInfo(params) : workspace.fetchWorkers(params));
    return Array.from(workers.values());
  }

  /** All queues of the workspace. */
  async queues(): Promise<{ sid: string; name: string }[]> {
    const queues = await this.workspace().fetchTaskQueues({});
    return Array.from(queues, ([sid, queue]) => ({ sid, name: queue.queueName ?? queue.name }));
  }

  /** The SID of the queue of this name. */
  async queueSid(name: string): Promise<string> {
    const queue = (await this.queues()).find((one) => one.name === name);
    if (!queue) throw new Error(`There is no queue ${name}.`);
    return queue.sid;
  }

  insights(): { liveQuery(index: string, expression: string): Promise<LiveQuery> } {
    return present(this.manager.insightsClient, 'Sync insights') as unknown as ReturnType<FlexPort['insights']>;
  }

  /** Made when it is first needed; Flex renews its token, and tells so. */
  sync(): SyncClient {
    if (!this.ownSync) {
      const insights = present(this.manager.insightsClient, 'Sync insights');
      const sync = ownSyncClient(insights, this.token(), this.manager.configuration.sdkOptions?.insights);
      this.manager.events.addListener('tokenUpdated', () => {
        sync.updateToken(this.token()).catch((error: unknown) => console.warn('[backline]', error));
      });
      this.ownSync = sync;
    }
    return this.ownSync;
  }

  reservation(sid: string): SdkReservation {
    const reservation = this.worker().reservations.get(sid);
    if (!reservation) throw new Error(`The reservation ${sid} is gone.`);
    return reservation;
  }

  /** Lets the conference of a reservation outlive this agent's leg. */
  outlive(sid: string): void {
    outlive(this.reservation(sid), storeOf(this.manager));
  }

  /** The agent's Flex token, as it is now: Flex renews it. */
  token(): string {
    return this.manager.user.token;
  }

  invoke(action: string, payload: object): Promise<unknown> {
    return this.flex.Actions.invokeAction(action, payload);
  }

  /** Tells the agent on screen. */
  tell(text: string, kind: Kind, more: Omit<NotificationContext, 'text'> = {}): void {
    this.flex.Notifications.showNotification(NOTIFICATIONS[kind], { text, ...more });
  }

  /** Runs once the reservation is no longer on offer. */
  whenOver(reservation: string, callback: () => void): void {
    this.ends.set(reservation, [...(this.ends.get(reservation) ?? []), callback]);
  }

  /** A reservation is no longer on offer. */
  over(reservation: string): void {
    this.ends.get(reservation)?.forEach((callback) => callback());
    this.ends.delete(reservation);
  }

  /** What the core is told of this agent at the start. */
  me(): RawMe {
    const { sid, friendlyName, attributes } = this.worker();
    return { workerSid: sid, friendlyName, attributes };
  }

  activities(): RawActivity[] {
    return Array.from(this.worker().activities.values(), ({ sid, name, available }) => ({ sid, name, available }));
  }

  /** Whose directory is kept: this agent's, of this account. */
  owner(): string {
    return `${this.manager.serviceConfiguration.account_sid} ${this.worker().sid}`;
  }

  configuration(): object {
    return this.manager.serviceConfiguration;
  }
}

function present<T>(client: T | undefined | null, name: string): T {
  if (client === undefined || client === null) throw new Error(`Flex has no ${name} client at present.`);
  return client;
}
