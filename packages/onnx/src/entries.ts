import { type EntryMessage, statesOnly } from './proto.ts';

/**
 * Key-value pairs as an object, and the pairs that an object cannot represent because of a repeated key or unknown
 * fields.
 */
export interface SplitEntries {
  readonly record: Readonly<Record<string, string>>;
  readonly others: EntryMessage[];
}

/**
 * Splits a metadata list. The object gets the first entry of a repeated key; `others` gets all further entries of this
 * key.
 */
export function splitEntries(entries: readonly EntryMessage[]): SplitEntries {
  const seen = new Map<string, string>();
  const others: EntryMessage[] = [];
  for (const entry of entries) {
    const key = entry.key ?? '';
    if (seen.has(key) || !statesOnly(entry, ['key', 'value'])) others.push(entry);
    else seen.set(key, entry.value ?? '');
  }
  return { record: Object.fromEntries(seen), others };
}

/** Converts an object of `splitEntries` back to a list. */
export function joinEntries(record: Readonly<Record<string, string>>): EntryMessage[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}
