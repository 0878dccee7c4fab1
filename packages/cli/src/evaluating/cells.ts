import { createHash } from 'node:crypto';
import type { ModelSpec } from '@isonoise/bundle';
import { defaultSampler, type GuideModel, type ModelSampleRequest, toSampleRequest } from '@isonoise/runtime';
import { countPlanCalls, planRows, planSampling, type SamplerName } from '@isonoise/sampler';
import type { DrawnTags } from './drawn-tags.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';

/** A combination of settings for drawing images. */
export interface Cell {
  readonly sampler: SamplerName;
  readonly steps: number;
  /** Placement of the steps; null for the default of the model. */
  readonly spacing: string | null;
  readonly guidance: number;
  /** Number of calls of the network and of its guide for each drawn image. */
  readonly calls: number;
  /** Name of the folder for the features of the images. */
  readonly folder: string;
  /** Returns the request for images with these numbers. */
  request(images: readonly number[]): ModelSampleRequest;
}

/** Optional inputs of {@link cellsOf}. */
export interface CellOptions {
  readonly guide?: GuideModel | undefined;
  /** Tags of the images; required for models with tags. */
  readonly tags?: DrawnTags | undefined;
}

/**
 * Returns the requested combinations, after it has checked each of them.
 *
 * @param identity identity of the model and of the features; it determines the folders of the cells
 * @throws `RUNTIME_REQUEST` or an error of the sampler if a setting is not allowed
 */
export function cellsOf(
  flags: ListFlags,
  spec: ModelSpec,
  identity: string,
  { guide, tags }: CellOptions = {},
): readonly Cell[] {
  const { samplers = [defaultSampler(spec)], guidance: scales, seed } = flags;
  const { steps = [undefined], spacing = [undefined] } = flags;
  const cells: Cell[] = [];
  for (const sampler of samplers) {
    for (const stepCount of steps) {
      for (const rule of spacing) {
        for (const guidance of scales) {
          const settings = { seed, sampler, steps: stepCount, spacing: rule, guidance };
          // With scale 1, a guide would have no effect.
          const others = { guide: guidance === 1 ? undefined : guide, tags };
          cells.push(cellOf(settings, spec, identity, others));
        }
      }
    }
  }
  return cells;
}

/** The lists of {@link EvaluateFlags}. An undefined item stands for the default. */
interface ListFlags extends Pick<EvaluateFlags, 'samplers' | 'seed'> {
  readonly guidance: readonly number[];
  readonly steps?: readonly (number | undefined)[];
  readonly spacing?: readonly ((ModelSampleRequest['spacing'] & string) | undefined)[];
}

type Settings = Required<Pick<ModelSampleRequest, 'seed' | 'sampler' | 'steps' | 'spacing' | 'guidance'>>;

function cellOf(settings: Settings, spec: ModelSpec, identity: string, { guide, tags }: CellOptions): Cell {
  const names = spec.classes?.names ?? [];
  const request = (images: readonly number[]): ModelSampleRequest => {
    const common = {
      ...settings,
      guide,
      images,
      // The class of image i is i modulo the number of classes.
      ...(names.length === 0 ? {} : { class: images.map((image) => image % names.length) }),
    };
    if (tags === undefined) return common;
    const lists = images.map(tags.of);
    // If no image has tags, the network and its guide are equal, so only scale 1 is allowed.
    const isIdle = guide === undefined && images.length > 0 && lists.every((list) => list.length === 0);
    return { ...common, tags: lists, ...(isIdle && { guidance: 1 }) };
  };
  const example = request([tags?.example ?? 0]);
  const { images: _, classLabels: __, tags: ___, ...plan } = planSampling(toSampleRequest(spec, example));
  const calls = countPlanCalls(plan, planRows(plan));
  const key = createHash('sha256')
    .update(JSON.stringify({ identity, plan, names, guide: guide?.sha256, tags: tags?.identity }))
    .digest('hex')
    .slice(0, 12);
  const spacing = typeof settings.spacing === 'string' ? settings.spacing : null;
  const { sampler } = plan;
  const steps = plan.steps.length;
  const { guidance } = plan;
  return {
    sampler,
    steps,
    spacing,
    guidance,
    calls: calls.network + calls.guide,
    // The key, a hash of the plan, distinguishes settings that are not in the name, such as spacings.
    folder: `${sampler}-${steps}-g${guidance}-${key}`,
    request,
  };
}

/** Returns a name with the settings of a cell, such as `ddim 50 trailing, guidance 2`. */
export function cellName({
  sampler,
  steps,
  spacing,
  guidance,
}: Pick<Cell, 'sampler' | 'steps' | 'spacing' | 'guidance'>): string {
  return `${sampler} ${steps}${spacing === null ? '' : ` ${spacing}`}, guidance ${guidance}`;
}
