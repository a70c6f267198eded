import type { Group, PersonRow, Presence } from './pkg/backline';

const PRESENCES: Presence[] = ['available', 'unavailable', 'unknown'];
const GROUPS: Group[] = ['favourites', 'recent', 'everybody'];

/** Of a SID. */
const SID_LENGTH = 34;

/** The rows that the core packed, as `src/packed.rs` says. At every keystroke: plain loops. */
export function unpackedRows(numbers: Uint32Array, text: string): PersonRow[] {
  const rows: PersonRow[] = [];
  let at = 0;
  let read = 0;
  const next = () => numbers[at++] ?? 0;
  const part = (length: number) => text.slice(read, (read += length));
  const marks = (count: number) => {
    const marks: [number, number][] = [];
    for (let mark = 0; mark < count; mark += 1) marks.push([next(), next()]);
    return marks;
  };
  while (at < numbers.length) {
    const flags = next();
    const calls = next();
    const worker = part(SID_LENGTH);
    const name = part(next());
    const detail = part(next());
    const activity = part(next());
    const since = part(next());
    const contactUri = part(next());
    const ofName = next();
    const ofDetail = next();
    rows.push({
      callee: { worker, contactUri, name },
      nameMarks: marks(ofName),
      detail: flags & 32 ? detail : undefined,
      detailMarks: marks(ofDetail),
      presence: PRESENCES[flags & 3] ?? 'unknown',
      activity,
      since: flags & 64 ? since : undefined,
      calls: flags & 128 ? calls : undefined,
      favourite: (flags & 16) !== 0,
      group: GROUPS[(flags >> 2) & 3] ?? 'everybody',
    });
  }
  return rows;
}
