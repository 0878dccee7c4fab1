import type { ModelSpec } from '@isonoise/bundle';
import type { ClassChoice, ModelSampleRequest } from '@isonoise/runtime';
import { CliError } from '../cli-error.ts';
import type { SampleFlags } from './sample-flags.ts';

const DEFAULT_COUNT = 16;
/** With `--class all`: so many of each. */
const OF_EACH_CLASS = 4;

/**
 * What flags ask of a model.
 *
 * @throws CliError `USAGE` for a class that the model does not have
 */
export function requestOfFlags(flags: SampleFlags, { classes, name }: ModelSpec): ModelSampleRequest {
  const names = classes?.names ?? [];
  if (flags.class !== undefined && names.length === 0) {
    throw new CliError('USAGE', `--class ${flags.class}: ${name} knows no classes; leave it out.`);
  }
  const all = flags.class === 'all';
  const count = flags.count ?? (all ? OF_EACH_CLASS * names.length : DEFAULT_COUNT);
  const chosen = flags.class === undefined || all ? undefined : classOf(flags.class, names, name);
  return {
    seed: flags.seed ?? '0',
    count,
    ...(all ? { class: Array.from({ length: count }, (_, i) => i % names.length) } : {}),
    ...(chosen === undefined ? {} : { class: chosen }),
    ...(flags.sampler === undefined ? {} : { sampler: flags.sampler }),
    ...(flags.steps === undefined ? {} : { steps: flags.steps }),
    ...(flags.spacing === undefined ? {} : { spacing: flags.spacing }),
    ...(flags.eta === undefined ? {} : { eta: flags.eta }),
    ...(flags.variance === undefined ? {} : { variance: flags.variance }),
    ...(flags.guidance === undefined ? {} : { guidance: flags.guidance }),
  };
}

/** Images in a row of the sheet: with `--class all` a class is a column. */
export function columnsOf(flags: SampleFlags, { classes }: ModelSpec): number | undefined {
  return flags.columns ?? (flags.class === 'all' ? classes?.names.length : undefined);
}

/** A name goes before a number: a folder of images may have classes named 7 and 8. */
function classOf(text: string, names: readonly string[], model: string): ClassChoice {
  const named = names.indexOf(text);
  if (named !== -1) return named;
  if (/^\d+$/.test(text) && Number(text) < names.length) return Number(text);
  const known = names.map((name, i) => (name === String(i) ? name : `${i} ${name}`)).join(', ');
  throw new CliError('USAGE', `--class ${text}: ${model} knows ${known}; or say all.`);
}
