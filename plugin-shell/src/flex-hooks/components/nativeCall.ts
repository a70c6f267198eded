/** The attributes of a task, as far as they say who is called, and how. */
interface Attributes {
  client_call?: unknown;
  internal_call?: { strategy?: unknown };
}

/** Whether a task is a call between agents that Flex connects by itself. */
export function isNative(attributes: Attributes | null | undefined): boolean {
  return attributes?.internal_call?.strategy === 'application';
}

/** Whether a task is a call between agents. */
export function isBetweenAgents(attributes: Attributes | null | undefined): boolean {
  return attributes?.client_call === true || isNative(attributes);
}
