import { type ModelSpec, readBundle, readWeights } from '@isonoise/bundle';
import { flatWeights, precisionOf } from '@isonoise/export';
import { createNetwork } from '@isonoise/network';
import { bundleFiles } from '@isonoise/runtime-node';
import { CliError } from '../errors.ts';
import { dashed } from '../terminal/dashed.ts';
import { measuredSettings, outdatedSections, readCard, readExtra } from './card-of-bundle.ts';
import { type ExportFlags, requestedPrecision } from './export-flags.ts';
import type { ExportSource } from './export-source.ts';
import { withSamplerFlags } from './sampler-flags.ts';

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
  const settingsOf = (each: ModelSpec): string => JSON.stringify(measuredSettings(each));
  const samePrecision = (requestedPrecision(flags) ?? precision) === precision;
  const outdated = outdatedSections(samePrecision, settingsOf(changed) === settingsOf(spec));
  const { card, dropped, droppedFiles } = await readCard(files, manifest, outdated);
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
    extra: await readExtra(files, manifest, (path) => !droppedFiles.includes(path)),
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
