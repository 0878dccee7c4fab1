import { type LinearMatch, matches, rowErrors } from '../../tests/diffusers/linear-matches.ts';
import { markdownTable } from '../../tests/support/markdown-table.ts';

const MARKERS = ['<!-- agreement:begin -->', '<!-- agreement:end -->'] as const;

/**
 * Keys that the table leaves out. They have an effect only together with other keys, or have the same value in
 * every configuration.
 */
const OMITTED = [
  '_class_name',
  '_diffusers_version',
  'beta_start',
  'beta_end',
  'trained_betas',
  'clip_sample',
];

type Case = LinearMatch['each'];

/**
 * Describes a configuration by its schedule, prediction and spacing, and by its differences from the
 * first configuration of its class.
 */
function describeCase({ config, step }: Case, first: Case): string {
  const stated = Object.entries({ ...config, ...step }).filter(
    ([key, value]) =>
      !OMITTED.includes(key) &&
      (key === 'beta_schedule' ||
        key === 'prediction_type' ||
        key === 'timestep_spacing' ||
        JSON.stringify(value) !== JSON.stringify({ ...first.config, ...first.step }[key])),
  );
  const words = stated.map(([key, value]) =>
    ['beta_schedule', 'prediction_type', 'timestep_spacing'].includes(key)
      ? String(value)
      : `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return words.length === 0 ? 'the defaults' : words.join(', ');
}

/**
 * Rounds a difference up to a power of ten, so that every machine writes the same text.
 */
const bound = (difference: number): string =>
  difference === 0 ? '0' : `1e${Math.ceil(Math.log10(difference))}`;

/** Returns a table of the largest differences from diffusers, with a row for each class and configuration. */
export function agreementTable(): string {
  const cases = new Map<string, LinearMatch[]>();
  for (const match of matches) {
    const key = `${match.name} ${match.index}`;
    cases.set(key, [...(cases.get(key) ?? []), match]);
  }
  const firstOf = (name: string): Case =>
    (matches.find((match) => match.name === name && match.index === 0) ?? (matches[0] as LinearMatch)).each;
  const rows = [...cases.values()].map((runs) => {
    const [{ name, each, read }] = runs as [LinearMatch];
    const differences = runs.flatMap((run) => rowErrors(run).map(({ error }) => error));
    const largest = differences.reduce((most, error) => Math.max(most, error), 0);
    const steps = runs.map(({ run }) => run.steps).join(', ');
    return [
      name.replace(/Scheduler$/, ''),
      describeCase(each, firstOf(name)),
      `\`${read.sampler}\``,
      steps,
      bound(largest),
    ];
  });
  const header = ['class', 'configuration', 'sampler', 'steps', 'largest difference'];
  return markdownTable(header, rows);
}

/**
 * Returns the document with the table between the two markers.
 *
 * @throws TypeError if a marker is missing, or if the end marker comes first
 */
export function withAgreement(document: string, table: string): string {
  const [begin, end] = MARKERS.map((marker) => document.indexOf(marker));
  if (begin === undefined || end === undefined || begin < 0 || end < begin) {
    throw new TypeError(
      `docs/samplers.md: the markers are missing; expected ${MARKERS.join(' and ')}. Put them back.`,
    );
  }
  return `${document.slice(0, begin + MARKERS[0].length)}\n\n${table}\n\n${document.slice(end)}`;
}
