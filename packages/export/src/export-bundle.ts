import {
  BUNDLE_PATHS,
  type BundleFiles,
  type JsonObject,
  type Manifest,
  type ModelCardOptions,
  type ModelSpec,
  modelCard,
  sha256Hex,
  writeBundle,
} from '@isonoise/bundle';
import { contactSheet, encodePng } from '@isonoise/picture';
import { contractOf, createSessionDenoiser, makeGolden, toSampleRequest } from '@isonoise/runtime';
import { type Denoiser, sample } from '@isonoise/sampler';
import type { Network } from '@isonoise/unet';
import { type InferenceSession, Tensor } from 'onnxruntime-common';
import { type Comparison, compareWithTfjs } from './compare-with-tfjs.ts';
import { namedWeights, traceNetwork } from './network-model.ts';

export interface ExportRequest {
  readonly spec: ModelSpec;
  readonly network: Network;
  /** `unet/config.json`. */
  readonly unetConfig: JsonObject;
  /** Weights to export, flat `[P]`, in the order of the network's parameters: the EMA. */
  readonly theta: Float32Array;
  readonly createSession: (model: Uint8Array) => Promise<InferenceSession>;
  /** tfjs backend for the check: `wasm` is fast, `cpu` is always there. */
  readonly referenceBackend: string;
  /** Free JSON for the manifest: dataset, steps, loss, time, command. */
  readonly training?: JsonObject;
  /** What the model card tells. */
  readonly card: Omit<ModelCardOptions, 'samples'>;
  /** The sheet of samples. Default 40 images, classes in turn, in 50 steps: most of the time that an export takes. */
  readonly sheet?: { readonly count: number; readonly steps: number };
  /** Further files by path, a loss curve for example. */
  readonly extra?: Readonly<Record<string, Uint8Array>>;
}

export interface ExportResult {
  readonly manifest: Manifest;
  readonly comparison: Comparison;
  readonly onnxBytes: number;
}

/**
 * ONNX Runtime and tfjs sum in other orders: in float32 networks of this size end within a few 1e-6 of each other,
 * relative to their largest output. Thirty times that is a wrong graph.
 */
export const EXPORT_TOLERANCE = 1e-4;

/** The golden image: few steps, so that any runtime can check itself in a moment. */
const GOLDEN = { seed: 0, sampler: 'ddim', steps: 10 } as const;

/** The sample sheet: so many images, classes in turn. */
const SHEET = { seed: 7, count: 40, columns: 10, steps: 50, guidance: 2 } as const;

export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly code = 'EXPORT_DIFFERS';
}

/**
 * Exports a trained network: traces it, proves that ONNX Runtime computes with the file what tfjs computes with the
 * network, draws the golden image and a sheet of samples, and writes the bundle.
 *
 * @throws ExportError the file computes something else than the network; nothing is written
 */
export async function exportBundle(files: BundleFiles, request: ExportRequest): Promise<ExportResult> {
  const { spec, network } = request;
  // 1. Trace
  const weights = namedWeights(network, request.theta);
  const onnx = await traceNetwork(network, weights, spec);

  // 2. Check
  const session = await request.createSession(onnx);
  try {
    const denoise = createSessionDenoiser(session, contractOf(spec), Tensor);
    const comparison = await compareWithTfjs(denoise, network, weights, request.referenceBackend);
    const allowed = EXPORT_TOLERANCE * Math.max(1, comparison.largestValue);
    if (!(comparison.largestDifference <= allowed)) {
      throw new ExportError(
        `export: the ONNX file and tfjs (${comparison.backend}) differ by ${comparison.largestDifference} where ` +
          `${allowed} is allowed, over batches of ${comparison.batchSizes.join(', ')}. Nothing was written. This is a ` +
          'fault of a trace rule or of a kernel: please report it with the configuration.',
      );
    }

    // 3. Golden record and samples
    const guided = spec.classes?.nullClass != null;
    const { golden, pixels } = await makeGolden(denoise, spec, {
      ...GOLDEN,
      ...(spec.classes === null ? {} : { class: 0 }),
      ...(guided ? { guidance: SHEET.guidance } : {}),
    });
    const pngSha256 = sha256Hex(sheet(pixels, spec, 1));
    const samples = sheet(await sampleSheet(denoise, spec, request.sheet ?? SHEET), spec, SHEET.columns);

    // 4. Write
    const manifest = await writeBundle(files, {
      spec,
      unetConfig: request.unetConfig,
      onnx,
      weights,
      training: request.training ?? {},
      golden: { ...golden, pngSha256 },
      samples,
      readme: modelCard(spec, { ...request.card, samples: BUNDLE_PATHS.samples }),
      extra: request.extra ?? {},
    });
    return { manifest, comparison, onnxBytes: onnx.byteLength };
  } finally {
    await session.release();
  }
}

/** Images `[count, C, H, W]` for the card: every class in turn, guided where the model can be. */
async function sampleSheet(
  denoise: Denoiser,
  spec: ModelSpec,
  { count, steps }: { readonly count: number; readonly steps: number },
): Promise<Float32Array> {
  const names = spec.classes?.names ?? [];
  const request = toSampleRequest(spec, {
    seed: SHEET.seed,
    count,
    steps,
    ...(names.length > 0 ? { class: Array.from({ length: count }, (_, i) => i % names.length) } : {}),
    ...(spec.classes?.nullClass != null ? { guidance: SHEET.guidance } : {}),
  });
  let images: Float32Array = new Float32Array(0);
  for await (const { x } of sample(denoise, request)) images = x;
  return images;
}

function sheet(images: Float32Array, { image }: ModelSpec, columns: number): Uint8Array {
  const count = images.length / (image.channels * image.height * image.width);
  const shape = [count, image.channels, image.height, image.width] as const;
  return encodePng(contactSheet(images, shape, columns > 1 ? { columns, gap: 2, scale: 2 } : { gap: 0 }));
}
