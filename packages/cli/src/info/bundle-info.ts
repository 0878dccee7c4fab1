import {
  BUNDLE_PATHS,
  type BundleFiles,
  decodeSafetensors,
  isGuidable,
  type Manifest,
  type ModelSpec,
  predictsVariances,
  readBundle,
  readBundleFile,
  type SchedulerMeaning,
  schedulerMeaning,
  spacingText,
  type TagSpec,
} from '@isonoise/bundle';
import { countWeights, decodeModel } from '@isonoise/onnx';
import { defaultSampler, usualGuidance } from '@isonoise/runtime';
import { bundleFiles } from '@isonoise/runtime-node';
import { bytes, count, plural } from '../terminal/format.ts';
import type { Description } from './description.ts';
import { describeOnnx, perType } from './onnx-info.ts';

/** Formats a value of the manifest. Fractions are shortened to four digits; `--json` prints the exact values. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' || Number.isInteger(value)) return JSON.stringify(value);
  return String(Number(Math.abs(value) < 1 ? value.toPrecision(4) : value.toFixed(4)));
}

/** Describes the default sampler of a model, with its steps and settings. */
function samplingText(spec: ModelSpec, { sampler, steps, settings }: SchedulerMeaning): string {
  const given = Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`);
  const name = sampler ?? `${defaultSampler(spec)}, the default of isonoise`;
  return [name, ...(steps === null ? [] : [plural(steps, 'step')]), ...given].join(', ');
}

/** Returns the guidance scale for images of a class or with tags, and whether the model or isonoise chose it. */
function guidanceText(spec: ModelSpec, { guidance }: SchedulerMeaning): string {
  if (!isGuidable(spec)) return 'none, because the model cannot be guided';
  return `${usualGuidance(spec)}, ${guidance === null ? 'the default of isonoise' : 'recommended by the model'}`;
}

/**
 * Verifies and describes a model (a folder or a `.zip`). @throws IsonoiseError if the model cannot be read or
 * is damaged
 */
export async function describeBundle(path: string): Promise<Description> {
  const files = await bundleFiles(path);
  const { manifest, spec, networkConfig, onnx } = await readBundle(files);
  const { channels, height, width } = spec.image;
  const { classes, scheduler } = spec;
  const meaning = schedulerMeaning(scheduler);
  const graph = describeOnnx(onnx);
  const weights = await storedWeights(files, manifest, onnx);
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
      ['guidance', guidanceText(spec, meaning)],
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
                tagList(spec.tags),
              ],
            ] as const,
          ]),
      ['training', training.length > 0 ? training : 'nothing recorded'],
      ['files', Object.entries(manifest.files).map(([file, record]) => `${file}: ${bytes(record.bytes)}`)],
      ...graph.rows
        .filter(([label]) => label !== 'metadata')
        .map(([label, text]) =>
          label === 'parameters' && weights !== null
            ? ([label, weightsText(weights)] as const)
            : ([label === 'file' ? BUNDLE_PATHS.onnx : label, text] as const),
        ),
    ],
    json: { path, manifest, scheduler, networkConfig, weights, onnx: graph.json },
  };
}

/** Numbers of network weights, by element type, in the two files that store them. */
interface StoredWeights {
  /** Numbers of the weights in `unet/model.onnx`. */
  readonly graph: Readonly<Record<string, number>>;
  /** Numbers of the weights in the safetensors. */
  readonly safetensors: Readonly<Record<string, number>>;
}

/**
 * Counts the weights of the network, without the other constants of the graph. Returns null for a bundle without
 * safetensors.
 */
async function storedWeights(
  files: BundleFiles,
  manifest: Manifest,
  onnx: Uint8Array,
): Promise<StoredWeights | null> {
  if (!Object.hasOwn(manifest.files, BUNDLE_PATHS.weights)) return null;
  const { tensors } = decodeSafetensors(await readBundleFile(files, manifest, BUNDLE_PATHS.weights));
  const safetensors: Record<string, number> = {};
  for (const { dtype, data } of tensors.values())
    safetensors[dtype] = (safetensors[dtype] ?? 0) + data.length;
  return { graph: countWeights(decodeModel(onnx).graph, tensors.keys()), safetensors };
}

function weightsText({ graph, safetensors }: StoredWeights): string {
  const total = Object.values(safetensors).reduce((sum, each) => sum + each, 0);
  return `${count(total)}, as ${perType(graph, count)} in ${BUNDLE_PATHS.onnx}, and as ${Object.keys(safetensors).join(', ')} in safetensors`;
}

/** Lists tags with their numbers of images. If these numbers are known, a tag without images is marked. */
function tagList({ names, counts }: TagSpec): string {
  const isKnown = counts.some((count) => count > 0);
  const text = (count: number): string => (count === 0 && isKnown ? '0 (no training image)' : `${count}`);
  return names.map((name, i) => `${name} ${text(counts[i] ?? 0)}`).join(', ');
}
