// `pnpm parity operations`: compares the rounding of each operator of a graph in Node and in WebAssembly.

import { type ModelSpec, readBundle, toSchedule } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import { decomposeLayerNorm } from '@isonoise/onnx/decompose-layer-norm';
import { contractOf, createSessionDenoiser } from '@isonoise/runtime';
import { bundleFiles } from '@isonoise/runtime-node';
import { initialNoise } from '@isonoise/sampler';
import { levelAt } from '@isonoise/schedule';
import { Tensor } from 'onnxruntime-node';
import { compareImages, type ImageDifferences } from './compare-images.ts';
import { compareOperations, type OperatorDifference } from './compare-operations.ts';
import { OPERATIONS_HELP, parseOperationsOptions } from './options.ts';
import { nodeSessions, wasmSessions } from './sessions.ts';

/** Steps of DDIM for `--images`. */
const STEPS = 10;

/**
 * Runs every node of a model's graph alone in Node and in WebAssembly, with equal inputs. Prints a Markdown table
 * with a row for each operator, first for the graph of the file, then for the graph that browsers run. With
 * `--images`, also draws images in both, and counts the values that differ.
 */
export async function parityOfOperations(args: readonly string[]): Promise<void> {
  const { model, images, help } = parseOperationsOptions(args);
  if (help) {
    console.log(OPERATIONS_HELP);
    return;
  }
  const { spec, onnx } = await readBundle(await bundleFiles(model));
  const wasm = await wasmSessions();
  const inBrowsers = decomposeLayerNorm(onnx);
  for (const [title, graph] of [
    ['The graph of the file', onnx],
    ['The graph in browsers, without LayerNormalization', inBrowsers],
  ] as const) {
    console.log(
      `${title}:\n\n${tableOf(await compareOperations(graph, feedsOf(spec), nodeSessions, wasm))}\n`,
    );
  }
  if (images === 0) return;
  const contract = contractOf(spec);
  const other = createSessionDenoiser(await wasm(inBrowsers, true), contract, Tensor);
  for (const [title, graph] of [
    ['the graph of the file', onnx],
    ['the graph of browsers', inBrowsers],
  ] as const) {
    const base = createSessionDenoiser(await nodeSessions(graph, true), contract, Tensor);
    const found = await compareImages(spec, [base, other], { count: images, steps: STEPS });
    console.log(
      `${plural(images, 'image')} of ${STEPS} steps, with ${title} in Node: ${imagesText(found)}\n`,
    );
  }
}

const imagesText = ({
  differing,
  values,
  differingValues,
  levels,
  mean,
  expected,
}: ImageDifferences): string =>
  `${plural(differing, 'image')} and ${differingValues} of ${values} values differ, by at most ${plural(levels, 'level')}; mean ` +
  `difference before rounding ${mean.toExponential(1)}, from which ${expected.toFixed(1)} differing values are expected.`;

/** Returns an image of noise, the time in the middle of the schedule, and the first class or tag. */
function feedsOf(spec: ModelSpec): Readonly<Record<string, Tensor>> {
  const { channels, height, width } = spec.image;
  const schedule = toSchedule(spec.scheduler);
  const { t } = levelAt(schedule, schedule.numTrainTimesteps >> 1);
  const tags = spec.tags?.names.map((_, i) => (i === 0 ? 1 : 0));
  return {
    sample: new Tensor('float32', initialNoise(0n, [0], channels * height * width), [
      1,
      channels,
      height,
      width,
    ]),
    timestep: new Tensor('float32', Float32Array.of(t), [1]),
    ...(spec.classes !== null && { class_labels: new Tensor('int32', Int32Array.of(0), [1]) }),
    ...(tags !== undefined && { tags: new Tensor('float32', Float32Array.from(tags), [1, tags.length]) }),
  };
}

/** Formats the operators that differ, and lists the others. */
function tableOf(rows: readonly OperatorDifference[]): string {
  const differing = rows.filter(({ share }) => share > 0);
  const equal = rows.filter(({ share }) => share === 0);
  return [
    '| operator | nodes | nodes that differ | values that differ | largest difference |',
    '|---|---:|---:|---:|---:|',
    ...differing.map(
      ({ operator, nodes, differing: different, share, largest }) =>
        `| ${operator} | ${nodes} | ${different} | ${(100 * share).toFixed(1)} % | ${largest.toExponential(1)} |`,
    ),
    '',
    `Equal bits: ${equal.map(({ operator }) => operator).join(', ')}.`,
  ].join('\n');
}
