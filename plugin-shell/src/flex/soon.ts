/** https://developer.mozilla.org/docs/Web/API/Scheduler/postTask: in Chrome and Edge from 94 on. */
interface Scheduler {
  postTask(act: () => void, how: { priority: 'user-blocking'; delay: number }): Promise<void>;
}

/** After so many milliseconds, and before whatever waits for the page's thread by then, where the browser can do that. */
export function soon(act: () => void, ms: number): void {
  const { scheduler } = globalThis as { scheduler?: Partial<Scheduler> };
  if (!scheduler?.postTask) {
    setTimeout(act, ms);
    return;
  }
  scheduler.postTask(act, { priority: 'user-blocking', delay: ms }).catch((error: unknown) => console.error('[backline]', error));
}
