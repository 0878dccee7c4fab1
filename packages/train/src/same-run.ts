import type { TrainConfig } from './train-config.ts';
import { TrainError } from './train-error.ts';

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
 * Makes sure that a checkpoint is continued under the config it was made with. A longer `steps` is allowed; with a
 * cosine schedule it changes the learning rate from here on.
 *
 * @throws TrainError `RUN_CONFIG_DIFFERS` with both values of each field
 */
export function requireSameRun(saved: TrainConfig, asked: TrainConfig): void {
  const askedFields = new Map<string, unknown>(Object.entries(asked));
  const differing = Object.entries(saved).flatMap(([field, value]) => {
    const [was, is] = [JSON.stringify(value), JSON.stringify(askedFields.get(field))];
    return MAY_CHANGE.has(field) || was === is ? [] : [`  ${field}: ${was} in the checkpoint, ${is} asked`];
  });
  if (differing.length === 0) return;
  throw new TrainError(
    'RUN_CONFIG_DIFFERS',
    `resume: the run was begun with another configuration:\n${differing.join('\n')}\n` +
      `Only ${[...MAY_CHANGE].join(', ')} may change. Leave the others as they were, or begin a run under another name.`,
  );
}
