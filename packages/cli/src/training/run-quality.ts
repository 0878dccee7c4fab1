import { type Dataset, normalize } from '@isonoise/data';
import { frechetDistance, momentsOf, toFeatures } from '@isonoise/evaluate';
import { toPixels } from '@isonoise/picture';
import type { QualityMeasure, TrainConfig } from '@isonoise/train';
import { CliError } from '../errors.ts';
import { dataFeatures } from '../evaluating/data-features.ts';
import { defaultFeatures } from '../evaluating/default-features.ts';
import { FEATURE_CACHE } from '../evaluating/evaluate-flags.ts';
import { openFeatureNetwork } from '../evaluating/feature-network.ts';
import { dashed } from '../terminal/dashed.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { FeaturesChoice } from './run-record.ts';
import type { TrainFlags } from './train-flags.ts';

/** The feature network that measures a run's quality, as requested by flags or by the record of the run. */
export type RequestedFeatures = Pick<FeaturesChoice, 'path' | 'output'> & {
  /** Identity of the network that measured the run so far; null if the run has not been measured. */
  readonly before: string | null;
};

/**
 * Chooses the feature network that measures a run's quality.
 *
 * @returns null if the run is not measured
 * @throws `CLI_USAGE` if a flag chooses a network or an output, but the run is not measured
 */
export async function chosenFeatures(
  flags: TrainFlags,
  { evaluateEvery, dataset }: TrainConfig,
  { shape }: Dataset,
  before: FeaturesChoice | null,
): Promise<RequestedFeatures | null> {
  if (evaluateEvery === 0) {
    const name = (['features', 'featuresOutput'] as const).find((each) => flags[each] !== undefined);
    if (name === undefined) return null;
    throw new CliError(
      'CLI_USAGE',
      `${dashed(name)}: has no effect without --evaluate-every. Add --evaluate-every, or leave it out.`,
    );
  }
  const output = flags.featuresOutput ?? before?.output ?? 'features';
  const path = flags.features ?? before?.path ?? (await defaultFeatures(dataset, shape));
  return { path, output, before: before?.identity ?? null };
}

/** A measurement of a run's quality. */
export interface RunQuality {
  readonly measure: QualityMeasure;
  readonly features: FeaturesChoice;
  dispose(): Promise<void>;
}

/**
 * Opens the feature network, and prepares the training images for comparisons.
 *
 * @throws `CLI_USAGE` if the network does not fit the images, or if a different network measured the run so far;
 *   the signal's reason
 */
export async function openRunQuality(
  { path, output, before }: RequestedFeatures,
  dataset: Dataset,
  {
    threads,
    terminal,
    signal,
  }: { readonly threads: number | null; readonly terminal: Terminal; readonly signal: AbortSignal },
): Promise<RunQuality> {
  const network = await openFeatureNetwork(path, output, dataset.shape, threads ?? undefined);
  try {
    const { identity } = network;
    if (before !== null && before !== identity) {
      throw new CliError(
        'CLI_USAGE',
        `--features ${path}: this is not the network that measured the run so far; expected the same network, because values of FID ` +
          'from different networks cannot be compared. Pass this network with --features, or leave --evaluate-every at 0.',
      );
    }
    const { features, width } = await dataFeatures(dataset, network, FEATURE_CACHE, terminal, signal);
    const reference = momentsOf(toFeatures(features, width));
    return {
      features: { path, output, identity },
      // Round images to 8 bits, as in `isonoise evaluate`.
      measure: async ({ images }, stop) => {
        stop?.throwIfAborted();
        const drawn = await network.run(normalize(toPixels(images, dataset.shape)));
        return frechetDistance(reference, momentsOf(toFeatures(drawn.features, drawn.width)));
      },
      dispose: () => network.dispose(),
    };
  } catch (error) {
    await network.dispose();
    throw error;
  }
}
