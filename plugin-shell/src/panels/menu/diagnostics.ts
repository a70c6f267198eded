import type { Kind } from '../../flex/notifications';
import type { StringKey } from '../../strings/keys';

/** What saving needs of its surroundings. */
export interface Saving {
  /** What the core did in the last minutes, saved at that time (ISO 8601). */
  recording(savedAt: string): string;
  download(name: string, text: string): void;
  tell(key: StringKey, values: Record<string, string>, kind: Kind): void;
  date(): Date;
}

/** Saves what the core did in the last minutes as a file of the agent's, and tells him so, or why not. */
export function saveDiagnostics({ recording, download: save, tell, date }: Saving): void {
  const savedAt = date().toISOString();
  // A colon is no part of a file's name on Windows.
  const file = `backline-diagnostics-${savedAt.replace(/:/g, '-').replace(/\.\d+/, '')}.json`;
  try {
    save(file, recording(savedAt));
    tell('BacklineDiagnosticsSaved', { file }, 'information');
  } catch (error) {
    console.error('[backline]', error);
    tell('BacklineDiagnosticsFailed', { detail: error instanceof Error ? error.message : String(error) }, 'error');
  }
}

/** Browsers begin to read a download's URL in a later task, and say nothing when they have. */
const READ_MS = 60_000;

/** Has the browser save a text as a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  // Some browsers follow only a link that is in the document.
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(url), READ_MS);
}
