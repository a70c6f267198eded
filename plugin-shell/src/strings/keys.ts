import type { enUS } from './en-US';

/** A key in Flex's string table. Those of the reference (PS…) are kept, so that overrides of them still work. */
export type StringKey = keyof typeof enUS;

/** One locale, complete. */
export type StringTable = Record<StringKey, string>;
