import type { Fit, Kernel } from '@isonoise/data';
import { PATCHED_UNET, TILEABLE_UNET, UNET2D } from '@isonoise/network';
import type { NodeProviderName } from '@isonoise/runtime/provider-names';
import type { PredictionType } from '@isonoise/schedule';
import type {
  BestBy,
  EmaKind,
  LearningRateKind,
  OptimizerKind,
  PresetName,
  TransformName,
} from '@isonoise/train/presets';
import type { AlphaChoice } from './alpha-choice.ts';
import type { SizeChoice } from './picture-choice.ts';

/** Options of `train` as commander passes them; options that were not given are absent. */
export interface TrainFlags {
  readonly dataset?: string;
  readonly dataDir?: string;
  /** Size of the images: the side of a square, or `64x32`. */
  readonly size?: SizeChoice;
  readonly fit?: Fit;
  readonly kernel?: Kernel;
  /** Size of the cells, such as `16x16`. */
  readonly atlas?: string;
  readonly atlasMargin?: number;
  readonly atlasSpacing?: number;
  readonly grayscale?: boolean;
  readonly alpha?: AlphaChoice;
  /** Background colour, `#rrggbb`. */
  readonly background?: string;
  readonly pad?: number;
  readonly limit?: number;
  readonly skipBad?: boolean;
  readonly holdout?: number;
  readonly unconditional?: boolean;
  readonly tagsFromNames?: boolean;
  readonly ignoreTags?: boolean;
  readonly minTagCount?: number;
  readonly name?: string;
  readonly runs: string;
  readonly preset?: PresetName;
  /** Path of the model or run whose weights the new run starts from. */
  readonly from?: string;
  readonly config?: string;
  readonly steps?: number;
  readonly minutes?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly warmup?: number;
  readonly lrSchedule?: LearningRateKind;
  readonly optimizer?: OptimizerKind;
  readonly weightDecay?: number;
  readonly clipNorm?: number | 'none';
  readonly seed?: number;
  readonly channels?: readonly number[];
  readonly layers?: number;
  readonly dropout?: number;
  /** False for `--no-attention`. */
  readonly attention?: boolean;
  /** Side of the patches in pixels; 1 for a network without patches. */
  readonly patch?: number;
  readonly tileable?: boolean;
  readonly prediction?: PredictionType;
  readonly weighting?: Fields;
  readonly loss?: Fields;
  readonly timesteps?: Fields;
  readonly stratified?: boolean;
  readonly noiseCandidates?: number;
  readonly schedule?: string;
  readonly zeroSnr?: boolean;
  readonly labelDropout?: number;
  readonly tagDropout?: number;
  readonly flip?: boolean;
  readonly augment?: number;
  readonly augmentWith?: readonly TransformName[];
  readonly ema?: EmaKind;
  readonly emaDecay?: number;
  readonly sampleEvery?: number;
  readonly sampleCount?: number;
  readonly sampleSteps?: number;
  readonly sampleGuidance?: number;
  readonly evaluateEvery?: number;
  readonly evaluateCount?: number;
  readonly features?: string;
  readonly featuresOutput?: string;
  readonly best?: BestBy;
  readonly checkpointEvery?: number;
  readonly keepCheckpoints?: number;
  readonly engine?: string;
  readonly provider?: NodeProviderName;
  readonly threads?: number;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** A configuration object with a `kind`, parsed from a flag. */
type Fields = Readonly<Record<string, string | number>> & { readonly kind: string };

/** Returns the fields of the training configuration that flags set. Fields without a flag are undefined. */
export function configOfFlags(flags: TrainFlags): Readonly<Record<string, unknown>> {
  return {
    steps: flags.steps,
    minutes: flags.minutes,
    batchSize: flags.batchSize,
    seed: flags.seed,
    schedule:
      flags.schedule === undefined && flags.zeroSnr === undefined
        ? undefined
        : { kind: flags.schedule, zeroTerminalSnr: flags.zeroSnr },
    objective: {
      prediction: flags.prediction,
      weighting: flags.weighting,
      loss: flags.loss,
      timesteps:
        flags.timesteps === undefined && flags.stratified === undefined
          ? undefined
          : { ...flags.timesteps, stratified: flags.stratified },
      noiseCandidates: flags.noiseCandidates,
    },
    optimizer: {
      kind: flags.optimizer,
      learningRate: flags.learningRate,
      weightDecay: flags.weightDecay,
      clipNorm: flags.clipNorm === 'none' ? null : flags.clipNorm,
    },
    learningRateSchedule: { kind: flags.lrSchedule, warmupSteps: flags.warmup },
    // `--ema-decay` implies an exponential average, because only this kind has a decay.
    ema: {
      kind: flags.ema ?? (flags.emaDecay === undefined ? undefined : 'exponential'),
      decay: flags.emaDecay,
    },
    labelDropout: flags.labelDropout,
    tagDropout: flags.tagDropout,
    flip: flags.flip,
    augmentation:
      flags.augment === undefined && flags.augmentWith === undefined
        ? undefined
        : { probability: flags.augment, transforms: flags.augmentWith },
    sampleEvery: flags.sampleEvery,
    sampleCount: flags.sampleCount,
    sampleSteps: flags.sampleSteps,
    guidance: flags.sampleGuidance,
    evaluateEvery: flags.evaluateEvery,
    evaluateCount: flags.evaluateCount,
    checkpointEvery: flags.checkpointEvery,
    keepCheckpoints: flags.keepCheckpoints,
    best: flags.best,
  };
}

/** Returns the fields of the network's configuration that flags set. */
export function networkOfFlags(flags: TrainFlags): Readonly<Record<string, unknown>> {
  return {
    _class_name: architectureOfFlags(flags),
    patch_size: flags.patch === 1 ? undefined : flags.patch,
    block_out_channels: flags.channels,
    layers_per_block: flags.layers,
    dropout: flags.dropout,
    // commander sets `attention` to true if the flag was not given.
    add_attention: flags.attention === false ? false : undefined,
  };
}

function architectureOfFlags({ tileable, patch }: TrainFlags): string | undefined {
  if (tileable === true) return TILEABLE_UNET;
  if (patch === undefined) return undefined;
  // Patches of one pixel are the same as no patches.
  return patch === 1 ? UNET2D : PATCHED_UNET;
}
