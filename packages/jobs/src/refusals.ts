/** Error replies with which a server refuses changes for a while, with their meanings. */
const REFUSALS: Readonly<Record<string, string>> = {
  OOM: 'the memory of Redis is full',
  MISCONF: 'Redis cannot write its file',
  READONLY: 'the Redis server is a replica',
  NOREPLICAS: 'Redis has too few replicas',
  LOADING: 'Redis is reading its file',
};

/**
 * Returns the reason why the server refuses changes for a while, for messages; null for other errors. The server may accept
 * the same change later.
 */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const found = Object.entries(REFUSALS).find(([word]) => new RegExp(`\\b${word}\\b`).test(error.message));
  return found?.[1] ?? null;
}

/** Ignores the refusal of a change that can be left out. @throws the given error if it is not a refusal */
export function unlessRefused(error: unknown): void {
  if (refusalOf(error) === null) throw error;
}
