/** The codings of files by size, the smallest first; `identity` is the plain file. */
const CODINGS = ['br', 'gzip', 'identity'] as const;
export type Coding = (typeof CODINGS)[number];

/** Aliases of codings; RFC 9110, section 8.4.1.3. */
const ALIASES: Readonly<Record<string, string>> = { 'x-gzip': 'gzip' };

/** An entry such as `gzip;q=0.8`; the weight is at most 1 and has at most three decimals. */
const ENTRY = /^([!#$%&'*+.^_`|~\w-]+)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/**
 * Parses an `Accept-Encoding` header (RFC 9110, section 12.5.3). Invalid entries are ignored.
 *
 * @returns the codings that the client accepts, by descending weight, then by size; `identity` comes last
 *   unless the header gives it a weight. Empty if the header excludes all of them.
 */
export function acceptedCodings(header: string | undefined): Coding[] {
  // Without a header any coding is allowed, but only the plain file is certain to be understood.
  if (header === undefined) return ['identity'];
  const weights = new Map<string, number>();
  for (const entry of header.split(',')) {
    const [, name, weight = '1'] = ENTRY.exec(entry.trim()) ?? [];
    if (name === undefined) continue;
    const coding = name.toLowerCase();
    weights.set(ALIASES[coding] ?? coding, Number(weight));
  }
  const any = weights.get('*');
  const weightOf = (coding: Coding): number =>
    weights.get(coding) ?? (coding === 'identity' ? (any === 0 ? 0 : LEAST) : (any ?? 0));
  return CODINGS.filter((coding) => weightOf(coding) > 0).sort((a, b) => weightOf(b) - weightOf(a));
}

/** Weight of `identity` if the header gives none; it is below every positive weight that a header can give. */
const LEAST = 1e-4;
