import { type EntryMessage, statesOnly } from './proto.ts';

/** Key-value pairs as an object, and the pairs an object cannot hold: repeated keys, fields unknown here. */
export interface SplitEntries {
  readonly record: Readonly<Record<string, string>>;
  readonly others: EntryMessage[];
}

/** Splits a metadata list: of a repeated key the first is shown, the others go where nothing is lost. */
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

/** The list that `splitEntries` read. */
export function joinEntries(record: Readonly<Record<string, string>>): EntryMessage[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}
