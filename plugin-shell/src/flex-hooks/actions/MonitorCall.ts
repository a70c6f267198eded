import type * as Flex from '@twilio/flex-ui';

/** What Flex and plugins call it with: a task of the Teams view, or only its reservation's SID. */
interface Payload {
  sid?: string;
  task?: MonitoredTask;
}

/** A task of the Teams view, as far as it is used. */
export interface MonitoredTask {
  sid?: string;
  attributes?: { client_call?: unknown };
}

/**
 * A call between agents cannot be monitored: Flex has TaskRouter add the supervisor to the conference that the
 * `conference` instruction made for the task, and the legs of these calls join one of their own by TwiML. Flex's button is
 * absent for them, since it shows for tasks whose conference Flex knows (`SupervisorTaskOverviewActions` of 2.17.1); a
 * shortcut or another plugin that invokes the action is told at once, instead of Flex's "failed" after ten seconds.
 */
export function refuseToMonitorInternalCalls(
  actions: Pick<typeof Flex.Actions, 'replaceAction'>,
  find: (sid: string) => MonitoredTask | undefined,
  refuse: () => void,
): void {
  actions.replaceAction('MonitorCall', async (payload: Payload | undefined, original) => {
    const task = payload?.task ?? (payload?.sid === undefined ? undefined : find(payload.sid));
    if (task?.attributes?.client_call !== true) return original(payload);
    return refuse();
  });
}

/** A task of the Teams view by its reservation. */
export function taskOfTeams(state: unknown, sid: string): MonitoredTask | undefined {
  const { flex } = (state ?? {}) as { flex?: { supervisor?: { workers?: ReadonlyArray<{ tasks?: readonly MonitoredTask[] }> } } };
  return flex?.supervisor?.workers?.flatMap(({ tasks }) => tasks ?? []).find((task) => task.sid === sid);
}
