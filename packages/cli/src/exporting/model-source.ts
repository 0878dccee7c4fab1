import {
  BUNDLE_PATHS,
  type BundleFiles,
  type Manifest,
  type ModelCardOptions,
  type ModelSpec,
  readBundle,
  readBundleFile,
  readModelCard,
  readWeights,
  schedulerMeaning,
} from '@isonoise/bundle';
import { flatWeights, precisionOf } from '@isonoise/export';
import { createNetwork } from '@isonoise/network';
import { bundleFiles } from '@isonoise/runtime-node';
import { CliError } from '../errors.ts';
import { BITS_SECTION, EVALUATION_SECTION, RATIO_SECTION } from '../evaluating/card-section.ts';
import { dashed } from '../terminal/dashed.ts';
import { type ExportFlags, requestedPrecision } from './export-flags.ts';
import type { ExportSource } from './export-source.ts';
import { withSamplerFlags } from './sampler-flags.ts';

/**
 * Sections of a card with measures of drawn images. They become invalid if the default sampler, the spacing or the
 * precision changes. The "Quality" section is from earlier versions.
 */
const IMAGE_SECTIONS = ['Quality', EVALUATION_SECTION, RATIO_SECTION];
/** Sections with measures of the network alone. They become invalid if the precision changes. */
const NETWORK_SECTIONS = [BITS_SECTION];
/** Sections that every export writes again. */
const REWRITTEN_SECTIONS = ['Precision'];

/**
 * Opens a model to export it again, with the exact weights of its safetensors and the content of its card.
 *
 * @param name name of the new model
 * @param command the export command, for the card
 * @throws `CLI_USAGE` for an option that applies only to runs; `EXPORT_WEIGHTS`; errors of reading a bundle
 */
export async function openModel(
  path: string,
  flags: ExportFlags,
  name: string,
  command: string,
): Promise<ExportSource> {
  const refused = (['checkpoint', 'raw', 'ema', 'guideFrom'] as const).find(
    (flag) => flags[flag] !== undefined,
  );
  if (refused !== undefined) {
    throw new CliError(
      'CLI_USAGE',
      `${dashed(refused)}: ${path} is a model, which has the weights of only one checkpoint; expected a run. Leave the option out.`,
    );
  }
  const files = await bundleFiles(path);
  const { spec, manifest, networkConfig, onnx, notes } = await readBundle(files);
  const { network } = createNetwork(networkConfig);
  const { tensors, half } = await readWeights(files, manifest);
  const precision = precisionOf(onnx);
  const changed = withSamplerFlags({ ...spec, name }, flags);
  const meaningOf = ({ scheduler }: ModelSpec): string => JSON.stringify(schedulerMeaning(scheduler));
  const samePrecision = (requestedPrecision(flags) ?? precision) === precision;
  const sameImages = samePrecision && meaningOf(changed) === meaningOf(spec);
  const { card, dropped, droppedFiles } = await readCard(files, manifest, [
    ...(sameImages ? [] : IMAGE_SECTIONS),
    ...(samePrecision ? [] : NETWORK_SECTIONS),
  ]);
  return {
    spec: changed,
    network,
    networkConfig,
    theta: flatWeights(network, tensors),
    precision,
    halfWeights: half,
    training: manifest.training,
    card: {
      ...card,
      license: flags.license ?? card.license,
      command: card.command === undefined ? command : `${card.command}\n${command}`,
    },
    extra: await readExtra(files, manifest, droppedFiles),
    weights: 'weights from its safetensors',
    step: null,
    warnings: [
      ...notes,
      ...dropped.map(
        (title) =>
          `the card's section ${title} does not apply to the changed model and is left out; measure again with pnpm evaluate`,
      ),
    ],
  };
}

/**
 * Reads the card without some sections.
 *
 * @param leave titles of the sections to drop
 * @returns the content of the card, the titles of the dropped sections, and the files that they show
 */
async function readCard(
  files: BundleFiles,
  manifest: Manifest,
  leave: readonly string[],
): Promise<{
  readonly card: Omit<ModelCardOptions, 'samples'>;
  readonly dropped: readonly string[];
  readonly droppedFiles: readonly string[];
}> {
  if (!Object.hasOwn(manifest.files, BUNDLE_PATHS.readme)) return { card: {}, dropped: [], droppedFiles: [] };
  const {
    samples: _,
    sections = {},
    ...card
  } = readModelCard(new TextDecoder().decode(await readBundleFile(files, manifest, BUNDLE_PATHS.readme)));
  const kept = Object.entries(sections).filter(
    ([title]) => ![...leave, ...REWRITTEN_SECTIONS].includes(title),
  );
  const dropped = leave.filter((title) => Object.hasOwn(sections, title));
  return {
    card: kept.length === 0 ? card : { ...card, sections: Object.fromEntries(kept) },
    dropped,
    droppedFiles: dropped.flatMap((title) =>
      [...(sections[title] ?? '').matchAll(/!\[[^\]]*\]\(([^)\s]+)\)/g)].flatMap(([, path]) => path ?? []),
    ),
  };
}

/** Reads the optional files of a bundle. @param leave paths to leave out */
async function readExtra(
  files: BundleFiles,
  manifest: Manifest,
  leave: readonly string[],
): Promise<Readonly<Record<string, Uint8Array>>> {
  const own: readonly string[] = Object.values(BUNDLE_PATHS);
  const extra: [string, Uint8Array][] = [];
  for (const path of Object.keys(manifest.files)) {
    if (!own.includes(path) && !leave.includes(path))
      extra.push([path, await readBundleFile(files, manifest, path)]);
  }
  return Object.fromEntries(extra);
}
