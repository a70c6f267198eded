/** The attributes of a task, as far as they say who is called, and how. */
interface Attributes {
  client_call?: unknown;
  internal_call?: { strategy?: unknown };
}

/** Whether a task is a call between agents that Flex connects by itself. */
export function isNative(attributes: Attributes | null | undefined): boolean {
  return attributes?.internal_call?.strategy === 'application' || isHandedOver(attributes);
}

/** Whether it is one that its caller hands over: both have this task, and whom Flex takes for the customer keeps silent. */
export function isHandedOver(attributes: Attributes | null | undefined): boolean {
  return attributes?.internal_call?.strategy === 'warm_transfer';
}

/** Whether a task is a call between agents. */
export function isBetweenAgents(attributes: Attributes | null | undefined): boolean {
  return attributes?.client_call === true || isNative(attributes);
}
