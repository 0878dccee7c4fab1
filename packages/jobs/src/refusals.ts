/** Error replies with which a server refuses changes for a while, and what each means. */
const REFUSALS: Readonly<Record<string, string>> = {
  OOM: 'the memory of Redis is full',
  MISCONF: 'Redis cannot write its file',
  READONLY: 'the Redis server is a replica',
  NOREPLICAS: 'Redis has too few replicas',
  LOADING: 'Redis is reading its file',
};

/** Returns why the server refuses changes for now, for messages; null for other errors. The same change may be accepted later. */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const found = Object.entries(REFUSALS).find(([word]) => new RegExp(`\\b${word}\\b`).test(error.message));
  return found?.[1] ?? null;
}

/** Ignores that the server refuses a change for now. Use it for changes that can be left out. @throws other errors */
export function unlessRefused(error: unknown): void {
  if (refusalOf(error) === null) throw error;
}
