/** The codings that files are kept in, the smallest first, and the file as it is. */
const CODINGS = ['br', 'gzip', 'identity'] as const;
export type Coding = (typeof CODINGS)[number];

/** Names of one coding; RFC 9110, section 8.4.1.3. */
const ALIASES: Readonly<Record<string, string>> = { 'x-gzip': 'gzip' };

/** `gzip;q=0.8`; at most three digits, at most 1. */
const ENTRY = /^([!#$%&'*+.^_`|~\w-]+)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/**
 * An `Accept-Encoding` header (RFC 9110, section 12.5.3). Entries that are not understood are passed over.
 *
 * @returns the codings that the client takes, the best first: by its weights, then by size; `identity` after all that
 *   it lists, unless it gives it a weight. Empty where it excludes even that.
 */
export function acceptedCodings(header: string | undefined): Coding[] {
  // No header means that any coding will do; the plain file is what such a client surely reads.
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

/** Below every weight that a header can give. */
const LEAST = 1e-4;
