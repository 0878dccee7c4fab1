import { trainError } from './errors.ts';
import type { TrainConfig } from './train-config.ts';

/** Fields that may change when a run is resumed: they decide how long it goes on and what it leaves, not what it is. */
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
 * Makes sure that a checkpoint is continued under the config it was made with; values are compared, not how they are
 * written down. A longer `steps` is allowed; with a cosine schedule it changes the learning rate from here on.
 *
 * @throws `RUN_CONFIG_DIFFERS` with both values of each field
 */
export function requireSameRun(saved: TrainConfig, asked: TrainConfig): void {
  const savedFields = new Map<string, unknown>(Object.entries(saved));
  const askedFields = new Map<string, unknown>(Object.entries(asked));
  const differing = [...new Set([...savedFields.keys(), ...askedFields.keys()])].flatMap((field) => {
    const [was, is] = [canonical(savedFields.get(field)), canonical(askedFields.get(field))];
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

/** JSON in which equal values are equal text: the fields of every object in alphabetical order. */
function canonical(value: unknown): string {
  const sorted = (_field: string, part: unknown): unknown =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return JSON.stringify(value, sorted) ?? 'nothing';
}
