import { trainError } from './errors.ts';
import type { TrainConfig } from './train-config.ts';

/**
 * Fields that may change when a run is resumed. They affect the length and the outputs of the run, but not
 * its steps.
 */
const MAY_CHANGE: ReadonlySet<string> = new Set<keyof TrainConfig>([
  'steps',
  'minutes',
  'stepPlans',
  'sampleEvery',
  'sampleCount',
  'sampleSteps',
  'guidance',
  'evaluateEvery',
  'checkpointEvery',
  'keepCheckpoints',
  'best',
]);

/**
 * Requires that a run is resumed with the configuration of its checkpoint. Compares values, without regard to the
 * order of fields. `steps` may change. With a cosine schedule, this changes the learning rate of the remaining steps.
 *
 * @throws `RUN_CONFIG_DIFFERS` if another field differs; the message lists both values of each differing field
 */
export function requireSameRun(saved: TrainConfig, requested: TrainConfig): void {
  const [savedFields, requestedFields] = [fieldsOf(saved), fieldsOf(requested)];
  const differing = [...new Set([...savedFields.keys(), ...requestedFields.keys()])].flatMap((field) => {
    const [was, is] = [savedFields.get(field) ?? 'nothing', requestedFields.get(field) ?? 'nothing'];
    return MAY_CHANGE.has(field) || was === is
      ? []
      : [`  ${field}: ${was} in the checkpoint, ${is} requested`];
  });
  if (differing.length === 0) return;
  throw trainError(
    'RUN_CONFIG_DIFFERS',
    `resume: the run began with a different configuration:\n${differing.join('\n')}\n` +
      `Only ${[...MAY_CHANGE].join(', ')} may change. Restore the other fields, or begin a run with a different name.`,
  );
}

/**
 * Returns the values as JSON, by path, such as `network.block_out_channels`. A message can then name a differing
 * field inside an object.
 */
function fieldsOf(config: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(config).flatMap(([field, value]): (readonly [string, string])[] => {
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      if (isObject && Object.keys(value).length > 0) return [...fieldsOf(value, `${path}${field}.`)];
      return value === undefined ? [] : [[`${path}${field}`, JSON.stringify(value)]];
    }),
  );
}
