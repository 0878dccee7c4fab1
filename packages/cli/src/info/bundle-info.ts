import {
  BUNDLE_PATHS,
  type ModelSpec,
  predictsVariances,
  readBundle,
  type SchedulerMeaning,
  schedulerMeaning,
  spacingText,
} from '@isonoise/bundle';
import { defaultSampler } from '@isonoise/runtime';
import { bundleFiles } from '@isonoise/runtime-node';
import { bytes, plural } from '../terminal/format.ts';
import type { Description } from './description.ts';
import { describeOnnx } from './onnx-info.ts';

/** Formats a value of the manifest. Fractions are shortened to four digits; `--json` prints the exact values. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' || Number.isInteger(value)) return JSON.stringify(value);
  return String(Number(Math.abs(value) < 1 ? value.toPrecision(4) : value.toFixed(4)));
}

/** Returns the default sampler of a model, with its steps and settings. */
function samplingText(spec: ModelSpec, { sampler, steps, settings }: SchedulerMeaning): string {
  const given = Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`);
  const name = sampler ?? `${defaultSampler(spec)}, the default of isonoise`;
  return [name, ...(steps === null ? [] : [plural(steps, 'step')]), ...given].join(', ');
}

/** Verifies and describes a model (a folder or a `.zip`). @throws IsonoiseError if it cannot be read or is damaged */
export async function describeBundle(path: string): Promise<Description> {
  const { manifest, spec, networkConfig, onnx } = await readBundle(await bundleFiles(path));
  const { channels, height, width } = spec.image;
  const { classes, scheduler } = spec;
  const meaning = schedulerMeaning(scheduler);
  const graph = describeOnnx(onnx);
  const training = Object.entries(manifest.training).map(([key, value]) => `${key}: ${valueText(value)}`);
  return {
    kind: 'bundle',
    rows: [
      ['model', `${spec.name}, every SHA-256 correct`],
      ['image', `${channels} x ${height} x ${width}, values in [${spec.dataRange.join(', ')}]`],
      [
        'schedule',
        `${scheduler.num_train_timesteps} steps, ${meaning.schedule}, spacing ${spacingText(meaning.spacing)}; predicts ${meaning.predictionType}${predictsVariances(scheduler) ? ` and variances (${String(scheduler.variance_type)})` : ''}`,
      ],
      ['sampled by', samplingText(spec, meaning)],
      [
        'classes',
        classes === null
          ? 'none'
          : `${classes.names.join(', ')}${classes.nullClass === null ? '' : `; guided, null class ${classes.nullClass}`}`,
      ],
      ...(spec.tags === undefined
        ? []
        : [
            [
              'tags',
              [
                `${spec.tags.names.length}${spec.tags.dropped ? '; guided' : ''}, with their numbers of images:`,
                spec.tags.names.map((name, i) => `${name} ${spec.tags?.counts[i]}`).join(', '),
              ],
            ] as const,
          ]),
      ['training', training.length > 0 ? training : 'nothing recorded'],
      ['files', Object.entries(manifest.files).map(([file, record]) => `${file}: ${bytes(record.bytes)}`)],
      ...graph.rows
        .filter(([label]) => label !== 'metadata')
        .map(([label, text]) => [label === 'file' ? BUNDLE_PATHS.onnx : label, text] as const),
    ],
    json: { path, manifest, scheduler, networkConfig, onnx: graph.json },
  };
}
