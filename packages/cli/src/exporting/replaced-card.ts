import { isDeepStrictEqual } from 'node:util';
import {
  type BundleFiles,
  type ModelSpec,
  readBundle,
  readWeights,
  schedulerMeaning,
  toScheduleConfig,
} from '@isonoise/bundle';
import { isIsonoiseError } from '@isonoise/error';
import { exportedSpec, flatWeights, type Precision, precisionOf } from '@isonoise/export';
import { createNetwork } from '@isonoise/network';
import { toFloat16Array } from '@isonoise/onnx';
import { nodeFiles } from '@isonoise/runtime-node';
import { inspectPlace } from '../outputs/place.ts';
import {
  measuredSettings,
  outdatedSections,
  REWRITTEN_SECTIONS,
  readCard,
  readExtra,
  shownFiles,
} from './card-of-bundle.ts';
import type { ExportSource } from './export-source.ts';
import { LICENCES_SECTION } from './image-licences.ts';
import { cardSections } from './lost-sections.ts';
import { GUIDE_SECTION, LOSS_SECTION } from './run-source.ts';

/**
 * Titles of the sections that an export writes itself if they apply, so that the earlier text is not kept.
 */
const EXPORTED_SECTIONS = [...REWRITTEN_SECTIONS, GUIDE_SECTION, LOSS_SECTION, LICENCES_SECTION];

/** The content of a model to write, without the facts that only the report needs. */
export type WrittenModel = Omit<ExportSource, 'step' | 'weights' | 'warnings'>;

/** Facts that determine what a model computes and draws, apart from its weights. */
interface Drawing {
  readonly spec: ModelSpec;
  readonly precision: Precision;
}

/**
 * Adds sections of a replaced model's card to the new model, such as measures that other commands wrote. A
 * section is kept only if the weights are equal and the section also applies to the new model.
 *
 * @param out folder of the replaced model. If it is missing or damaged, nothing is kept
 * @param source the new model; its own sections have priority
 * @param precision precision of the new graph
 */
export async function keepSections(
  out: string,
  source: WrittenModel,
  precision: Precision,
): Promise<WrittenModel> {
  // Return early, so that the weights of a large model are read only if there is a section to keep.
  const own = [...Object.keys(source.card?.sections ?? {}), ...EXPORTED_SECTIONS];
  if ((await cardSections(out)).every((title) => own.includes(title))) return source;
  try {
    const found = await sectionsOf(nodeFiles((await inspectPlace(out)).real), source, precision, own);
    return found === null
      ? source
      : {
          ...source,
          card: { ...source.card, sections: { ...source.card?.sections, ...found.sections } },
          extra: { ...found.extra, ...source.extra },
        };
  } catch (error) {
    // A damaged model cannot be compared. The export warns about the sections that its card had.
    if (isIsonoiseError(error)) return source;
    throw error;
  }
}

/** Reads the sections to keep and the files that they show; null if the weights differ. */
async function sectionsOf(
  files: BundleFiles,
  source: WrittenModel,
  precision: Precision,
  own: readonly string[],
): Promise<{
  readonly sections: Readonly<Record<string, string>>;
  readonly extra: Readonly<Record<string, Uint8Array>>;
} | null> {
  const { manifest, spec, networkConfig, onnx } = await readBundle(files);
  const { tensors, half } = await readWeights(files, manifest);
  const { network } = createNetwork(networkConfig);
  const sameWeights =
    isDeepStrictEqual(createNetwork(source.networkConfig).config, createNetwork(networkConfig).config) &&
    equalWeights(flatWeights(network, tensors), source.theta, half);
  if (!sameWeights) return null;
  const before = { spec, precision: precisionOf(onnx) };
  const now = { spec: exportedSpec(source.spec, source.network), precision };
  const sameNetwork = isDeepStrictEqual(networkFacts(before), networkFacts(now));
  const sameImages =
    isDeepStrictEqual(imageFacts(before), imageFacts(now)) &&
    isDeepStrictEqual(guideFacts(manifest.training), guideFacts(source.training));
  const { card } = await readCard(files, manifest, outdatedSections(sameNetwork, sameImages));
  const sections = Object.entries(card.sections ?? {}).filter(([title]) => !own.includes(title));
  const shown = sections.flatMap(([, text]) => shownFiles(text));
  return {
    sections: Object.fromEntries(sections),
    extra: await readExtra(files, manifest, (path) => shown.includes(path)),
  };
}

/**
 * Compares the stored weights with new weights. If the stored weights were rounded to float16, the new
 * weights are rounded too, so weights that differ by less count as equal.
 *
 * @param half whether the stored weights were rounded
 */
function equalWeights(stored: Float32Array, theta: Float32Array, half: boolean): boolean {
  const [one, other] = half ? [toFloat16Array(stored), toFloat16Array(theta)] : [stored, theta];
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Buffer =>
    Buffer.from(buffer, byteOffset, byteLength);
  return bytes(one).equals(bytes(other));
}

/** Returns the facts that, besides the weights, determine the values of a network and its schedule. */
const networkFacts = ({ spec, precision }: Drawing): object => ({
  precision,
  schedule: toScheduleConfig(spec.scheduler),
  predictionType: schedulerMeaning(spec.scheduler).predictionType,
  dataRange: spec.dataRange,
});

/** Returns the facts that, besides the network, determine the images of a model. */
const imageFacts = ({ spec }: Drawing): object => ({
  settings: measuredSettings(spec),
  classes: spec.classes,
  tags: spec.tags,
});

/**
 * Returns the facts about the weights of the recorded guide, without its name; undefined if no guide is
 * recorded. Measures of guided images do not apply to a model with a different guide.
 */
function guideFacts(training: WrittenModel['training']): object | undefined {
  const guide = training?.guide;
  if (typeof guide !== 'object' || guide === null) return undefined;
  return { ...guide, name: undefined };
}
