import { type ModelSpec, schedulerMeaning, toScheduleConfig } from '@isonoise/bundle';
import { runtimeError } from './errors.ts';

/** Returns the properties that must be equal in a model and its guide, as text. */
function propertiesOf({
  image,
  dataRange,
  scheduler,
  classes,
  tags,
}: ModelSpec): Readonly<Record<string, string>> {
  return {
    image: `${image.channels} x ${image.height} x ${image.width}`,
    'data range': JSON.stringify(dataRange),
    'prediction type': schedulerMeaning(scheduler).predictionType,
    schedule: JSON.stringify(toScheduleConfig(scheduler)),
    classes: classes === null ? 'none' : JSON.stringify(classes.names),
    'null class': String(classes?.nullClass ?? 'none'),
    tags: tags === undefined ? 'none' : JSON.stringify(tags.names),
  };
}

/** Describes each property in which a guide differs from its model, one per line. */
function differences(spec: ModelSpec, guide: ModelSpec): readonly string[] {
  const expected = propertiesOf(spec);
  return Object.entries(propertiesOf(guide))
    .filter(([name, value]) => expected[name] !== value)
    .map(([name, value]) => `  ${name}: ${value} in the guide, ${expected[name]} in the model`);
}

/** Whether `guide` can guide the model of `spec`. */
export const fitsAsGuide = (spec: ModelSpec, guide: ModelSpec): boolean =>
  differences(spec, guide).length === 0;

/**
 * Requires that a guide fits a model: the outputs of both must have the same meaning.
 *
 * @throws `RUNTIME_REQUEST` if the guide does not fit; the message lists the differences
 */
export function requireGuideFits(spec: ModelSpec, guide: ModelSpec): void {
  const lines = differences(spec, guide);
  if (lines.length === 0) return;
  throw runtimeError('RUNTIME_REQUEST', [
    `sample: the guide ${guide.name} does not fit ${spec.name}:`,
    ...lines,
    'Choose a guide that was trained like the model, such as an earlier checkpoint.',
  ]);
}

/**
 * Requires that a resumed run has its original guide.
 *
 * @param started SHA-256 of the original guide, if known
 * @param sha256 SHA-256 of the guide in the request to resume, if known
 * @throws `RUNTIME_REQUEST` if both hashes are known and differ
 */
export function requireSameGuide(started: string | undefined, sha256: string | undefined): void {
  if (started === undefined || sha256 === undefined || started === sha256) return;
  throw runtimeError(
    'RUNTIME_REQUEST',
    `sample: the saved run was started with a guide whose SHA-256 is ${started}; expected ${sha256}, the SHA-256 of this guide. Resume it with ` +
      'the same guide.',
  );
}
