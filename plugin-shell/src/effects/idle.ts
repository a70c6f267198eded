/** What is left of a moment in which the page has nothing to do. */
export interface Moment {
  timeRemaining(): number;
}

/** Waits for such a moment, but no longer than this. */
const LONGEST_WAIT_MS = 200;
/** In a browser that tells no such moments (Safari), each is taken to be so long. */
const ASSUMED_MS = 8;

/** The next moment in which the page has nothing better to do. */
export function idle(): Promise<Moment> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === 'function') {
      requestIdleCallback(resolve, { timeout: LONGEST_WAIT_MS });
    } else {
      setTimeout(() => {
        const end = performance.now() + ASSUMED_MS;
        resolve({ timeRemaining: () => end - performance.now() });
      });
    }
  });
}

/** A task of its own for what follows: what came before may have been long. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
