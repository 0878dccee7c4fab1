import type { ModelSpec } from '@isonoise/bundle';
import { type Backdrop, type ImagesShape, requirePictureFits, sheetLook, sheetSize } from '@isonoise/picture';
import {
  type ChosenClass,
  chooseClass,
  defaultSampler,
  type GuideModel,
  type Model,
  type ModelResumeRequest,
  requireSameModel,
  resumedNotes,
  samplingNotes,
  toSampleRequest,
  usualSettings,
} from '@isonoise/runtime';
import {
  type KnownPixels,
  requireGuide,
  requireSavable,
  type SamplingPlan,
  type SavedSampling,
  toSamplingStart,
} from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import { backdropOf } from './backdrop-of.ts';
import { animationBackdrop } from './denoising-animation.ts';
import { framesOf } from './denoising-frames.ts';
import type { ReadStart } from './read-start.ts';
import { chosenClass, columnsOf, noteOfAll, requestOfFlags } from './request-of-flags.ts';
import { requireEffect, requireSettings } from './require-settings.ts';
import type { SampleFlags } from './sample-flags.ts';

/** A checked plan: the images to draw, and the layout of their sheet. */
export interface SamplePlan {
  /** The request for `model.sample`. */
  readonly request: ReturnType<typeof requestOfFlags> | ModelResumeRequest;
  readonly plan: SamplingPlan;
  /** The edited picture and its mask; undefined without a mask. */
  readonly known: KnownPixels | undefined;
  readonly shape: ImagesShape;
  readonly sheet: {
    readonly scale: number;
    readonly columns: number;
    readonly gap: number;
    readonly backdrop: Backdrop;
  };
  /** Backdrop of the animation; null without an animation. */
  readonly animation: Backdrop | null;
  /** The chosen class; null if no single class was chosen. */
  readonly chosen: ChosenClass | null;
  /** Notes for the user. */
  readonly notes: readonly string[];
}

/**
 * Returns the plan, after it has checked everything that depends on the model: the class, the steps, the
 * guidance and the sizes of the pictures.
 *
 * @throws `CLI_USAGE` or `RUNTIME_REQUEST` if the request does not suit the model; `PICTURE_TOO_LARGE` if the
 *   sheet or the animation would be too large; errors of the sampler
 */
export function planSample(
  model: Model,
  flags: SampleFlags,
  saved: SavedSampling | undefined,
  guide?: GuideModel,
  given?: ReadStart,
): SamplePlan {
  const { spec } = model;
  if (saved === undefined) {
    const sampler = flags.sampler ?? defaultSampler(spec);
    requireSettings(flags, sampler);
    requireEffect(flags, sampler, usualSettings(spec, sampler));
  }
  const request = saved === undefined ? requestOfFlags(flags, spec, guide, given) : undefined;
  if (saved !== undefined) {
    requireSameModel(saved, spec, model.sha256);
    requireGuide(saved.plan, guide);
  }
  const { plan, known } = toSamplingStart(
    request === undefined ? { from: saved as SavedSampling } : toSampleRequest(spec, request),
  );
  const { channels, height, width } = plan.shape;
  const shape: ImagesShape = [plan.images.length, channels, height, width];
  const columns = columnsOf(flags, spec, plan.classLabels);
  const look = sheetLook(shape, backdropOf(flags, channels));
  const {
    width: across,
    height: down,
    ...size
  } = sheetSize(shape, { ...look, scale: flags.scale ?? look.scale, columns });
  if (flags.gif !== undefined)
    requirePictureFits('--gif: the frames have', across, down, framesOf(plan.steps.length));
  if (plan.inpainting !== undefined && flags.symmetry !== undefined) {
    throw new CliError(
      'CLI_USAGE',
      '--symmetry: would change pixels that the mask keeps; expected only one of them. Leave --symmetry out.',
    );
  }
  if (flags.saveState !== undefined) requireSavable(plan);
  return {
    request: request ?? { from: saved as SavedSampling, guide },
    plan,
    known,
    shape,
    sheet: { scale: size.scale, columns: size.columns, gap: size.gap, backdrop: size.backdrop },
    animation:
      flags.gif === undefined
        ? null
        : animationBackdrop(flags.gif, channels, flags.background ?? null, size.backdrop),
    chosen: saved === undefined ? chosenClass(flags, spec) : classOfPlan(plan, spec),
    notes: [
      ...(saved === undefined ? [] : resumedNotes(saved)),
      ...(given?.notes ?? []),
      ...[noteOfAll(flags, spec)].filter((note) => note !== null),
      ...(request === undefined ? [] : samplingNotes(spec, request)),
    ],
  };
}

/** Returns the class of the images of a plan; null if they have several classes or none. */
function classOfPlan({ classLabels, nullClass }: SamplingPlan, spec: ModelSpec): ChosenClass | null {
  const [label, ...others] = new Set(classLabels);
  if (label === undefined || label === nullClass || others.length > 0) return null;
  const named = chooseClass(spec, spec.classes?.names[label] ?? label);
  return named.label === label ? named : chooseClass(spec, label);
}
