import type { Precision } from '@isonoise/export';
import type { SamplerName, SamplerSettings } from '@isonoise/sampler';
import type { SigmaGrid, Spacing } from '@isonoise/schedule';
import type { CheckpointChoice } from './pick-checkpoint.ts';
import type { Reference } from './reference-backend.ts';

/** Selects the averaged weights of a guide. */
export interface GuideSource {
  readonly step: number;
  /** Length (σ_rel) of a power-function average. Default: the length of the model's average. */
  readonly length?: number;
}

/** Options of `export-onnx` as commander passes them. */
export interface ExportFlags extends SamplerSettings {
  readonly out: string;
  readonly checkpoint?: CheckpointChoice;
  readonly name?: string;
  /** Size of the images that the model draws: a side, or `64x32`. Default: the size of the training images. */
  readonly size?: number | string;
  readonly raw?: boolean;
  /** Length of the exported average. */
  readonly ema?: number;
  /** Weights of a guide that is exported too. */
  readonly guideFrom?: GuideSource;
  /** Precision of the graph. By default, a run has float32, and a model keeps its precision. */
  readonly precision?: Precision;
  /** Alias of `precision`: float16 if true, float32 if false. Commander refuses both options together. */
  readonly fp16?: boolean;
  /**
   * Whether the safetensors contain float16 weights. By default, those of a run contain float32, and a model
   * keeps its type.
   */
  readonly halfWeights?: boolean;
  /** Default sampler of the model. */
  readonly sampler?: SamplerName;
  /** Default number of steps of the model. */
  readonly steps?: number;
  /**
   * Default spacing of the model. If absent, it is trailing, but a model with its own sampler keeps its
   * spacing.
   */
  readonly spacing?: Spacing;
  /** Alias of `spacing` for grids of sigmas. Commander refuses both options together. */
  readonly sigmas?: SigmaGrid;
  /** Default limit to which estimates of the image are clipped; null means no clipping. */
  readonly clip?: number | null;
  /** Recommended guidance scale of the model. Default: none for a run; a model keeps its scale. */
  readonly guidance?: number;
  readonly reference: Reference;
  readonly samples: number;
  readonly sampleSteps?: number;
  readonly license?: string;
  /** Path of an additional single file that contains everything that sampling needs. */
  readonly singleFile?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Returns the requested precision; undefined if no option requests one. */
export function requestedPrecision({
  precision,
  fp16,
}: Pick<ExportFlags, 'precision' | 'fp16'>): Precision | undefined {
  return precision ?? (fp16 === undefined ? undefined : fp16 ? 'float16' : 'float32');
}
