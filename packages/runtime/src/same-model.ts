import { type ModelSpec, schedulerMeaning, toScheduleConfig } from '@isonoise/bundle';
import type { SamplingStart } from '@isonoise/sampler';
import { runtimeError } from './errors.ts';
import { variancesOf } from './variances-of.ts';

/**
 * Requires that a saved run belongs to a model. Compares the hashes of the networks if both are known, and the
 * properties that the plan and the model share.
 *
 * @throws `RUNTIME_REQUEST` if the models differ; the message contains both hashes, or lists the differing properties
 */
export function requireSameModel(
  { plan, model }: SamplingStart,
  spec: ModelSpec,
  sha256: string | undefined,
): void {
  if (model !== undefined && sha256 !== undefined && model !== sha256) {
    throw runtimeError(
      'RUNTIME_REQUEST',
      `sample: the saved run was started with a network whose SHA-256 is ${model}; expected ${sha256}, the SHA-256 of ${spec.name}. ` +
        'Resume it with the same model.',
    );
  }
  const { predictionType, schedule, classLabels, nullClass, blend } = plan;
  const shape = { ...plan.shape, ...plan.windows };
  const { image, scheduler, classes } = spec;
  const size = ({ channels, height, width }: ModelSpec['image']): string =>
    `${channels} x ${height} x ${width}`;
  const labels = [...(classLabels ?? []), ...(blend?.classLabels ?? [])];
  const largest = labels.reduce((most, label) => Math.max(most, label), -1);
  const count = classes?.count ?? 0;
  const { variance } = plan.settings;
  const variances = variancesOf(spec);
  const text = (label: number | null | undefined): string => String(label ?? 'none');
  const kind = (conditional: boolean): string => (conditional ? 'with classes' : 'without classes');
  const comparisons: readonly (readonly [what: string, saved: string, here: string])[] = [
    ['image', size(shape), size(image)],
    ['prediction type', predictionType, schedulerMeaning(scheduler).predictionType],
    ['schedule', JSON.stringify(schedule), JSON.stringify(toScheduleConfig(scheduler))],
    [
      'variance',
      variance ?? '',
      variance === undefined || variances.includes(variance) ? (variance ?? '') : variances.join(' or '),
    ],
    ['network', kind(classLabels !== null), kind(classes !== null)],
    ['tags', text(plan.tags?.count), text(spec.tags?.names.length)],
    // A plan without a null class fits every model.
    ['null class', text(nullClass), nullClass === null ? 'none' : text(classes?.nullClass)],
    [
      'largest label',
      String(Math.max(largest, 0)),
      String(Math.min(Math.max(largest, 0), Math.max(count - 1, 0))),
    ],
  ];
  const differing = comparisons.filter(([, saved, here]) => saved !== here);
  if (differing.length === 0) return;
  const lines = differing.map(
    ([what, saved, here]) => `  ${what}: ${saved} in the saved run, ${here} in the model`,
  );
  throw runtimeError('RUNTIME_REQUEST', [
    `sample: the saved run does not fit ${spec.name}:`,
    ...lines,
    'Resume it with the same model.',
  ]);
}
