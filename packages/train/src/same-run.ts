import { trainError } from './errors.ts';
import type { TrainConfig } from './train-config.ts';

/**
 * Fields that may change when a run is resumed: they affect its length and its outputs, but not its steps.
 */
const MAY_CHANGE: ReadonlySet<string> = new Set<keyof TrainConfig>([
  'steps',
  'sampleEvery',
  'sampleCount',
  'sampleSteps',
  'guidance',
  'checkpointEvery',
  'keepCheckpoints',
]);

/**
 * Checks that a run is resumed with the configuration of its checkpoint. Values are compared, not
 * the order of fields. A change of `steps` is allowed; with a cosine schedule it changes the
 * learning rate from then on.
 *
 * @throws `RUN_CONFIG_DIFFERS` with both values of each field
 */
export function requireSameRun(saved: TrainConfig, requested: TrainConfig): void {
  const savedFields = new Map<string, unknown>(Object.entries(saved));
  const requestedFields = new Map<string, unknown>(Object.entries(requested));
  const differing = [...new Set([...savedFields.keys(), ...requestedFields.keys()])].flatMap((field) => {
    const [was, is] = [canonical(savedFields.get(field)), canonical(requestedFields.get(field))];
    return MAY_CHANGE.has(field) || was === is
      ? []
      : [`  ${field}: ${was} in the checkpoint, ${is} requested`];
  });
  if (differing.length === 0) return;
  throw trainError(
    'RUN_CONFIG_DIFFERS',
    `resume: the run was begun with another configuration:\n${differing.join('\n')}\n` +
      `Only ${[...MAY_CHANGE].join(', ')} may change. Leave the others as they were, or begin a run under another name.`,
  );
}

/** JSON with the fields of every object in alphabetical order, so that equal values give equal text. */
function canonical(value: unknown): string {
  const sorted = (_field: string, part: unknown): unknown =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return JSON.stringify(value, sorted) ?? 'nothing';
}
