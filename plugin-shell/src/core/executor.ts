import type { Effect, EffectKind, EffectOf, EffectId, Outcome } from './types';

/** An effect that is answered returns its outcome; one that is not returns nothing. */
export type Handler<K extends EffectKind> = EffectOf<K> extends { id: EffectId }
  ? (effect: EffectOf<K>) => Promise<Outcome>
  : (effect: EffectOf<K>) => void;

/** One handler for every effect kind: a missing or an extra one does not compile. */
export type Handlers = { [K in EffectKind]: Handler<K> };

/** A rejection, as the core reads it. */
export function failed(error: unknown): Outcome {
  const { message, status } = (error ?? {}) as { message?: unknown; status?: unknown };
  return {
    kind: 'failed',
    failure: {
      message: typeof message === 'string' && message !== '' ? message : String(error),
      status: typeof status === 'number' && Number.isInteger(status) && status > 0 && status < 1000 ? status : undefined,
    },
  };
}

/**
 * Starts an effect. Whatever its handler does wrong becomes an outcome: an effect that has an id always settles, one
 * that has none never throws.
 */
export function start(handlers: Handlers, effect: Effect, report: (error: unknown) => void): Promise<Outcome> | undefined {
  const handler = handlers[effect.kind] as (effect: Effect) => Promise<Outcome> | void;
  if (!('id' in effect)) {
    try {
      handler(effect);
    } catch (error) {
      report(error);
    }
    return undefined;
  }
  try {
    return Promise.resolve(handler(effect) as Promise<Outcome>).catch(failed);
  } catch (error) {
    return Promise.resolve(failed(error));
  }
}
