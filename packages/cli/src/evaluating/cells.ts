import { createHash } from 'node:crypto';
import type { ModelSpec } from '@isonoise/bundle';
import { defaultSampler, type GuideModel, type ModelSampleRequest, toSampleRequest } from '@isonoise/runtime';
import { countPlanCalls, planRows, planSampling, type SamplerName } from '@isonoise/sampler';
import type { DrawnTags } from './drawn-tags.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';

/** One combination of settings with which images are drawn. */
export interface Cell {
  readonly sampler: SamplerName;
  readonly steps: number;
  /** Null for the spacing of the model. */
  readonly spacing: string | null;
  readonly guidance: number;
  /** Number of images that the network computes for each drawn image. Guidance doubles this number. */
  readonly calls: number;
  /** Name of the folder with the features of its images. */
  readonly folder: string;
  /** Request for images by their numbers. */
  request(images: readonly number[]): ModelSampleRequest;
}

/** Further inputs of the drawn images. */
export interface CellOptions {
  readonly guide?: GuideModel | undefined;
  /** Tags of the images; required for models with tags. */
  readonly tags?: DrawnTags | undefined;
}

/** Checks and returns the combinations that the flags request. @throws `RUNTIME_REQUEST`; errors of the sampler */
export function cellsOf(
  flags: ListFlags,
  spec: ModelSpec,
  identity: string,
  { guide, tags }: CellOptions = {},
): readonly Cell[] {
  const { samplers = [defaultSampler(spec)], guidance: scales = [1], seed } = flags;
  const { steps = [undefined], spacing = [undefined] } = flags;
  const cells: Cell[] = [];
  for (const sampler of samplers) {
    for (const stepCount of steps) {
      for (const rule of spacing) {
        for (const guidance of scales) {
          const settings = { seed, sampler, steps: stepCount, spacing: rule, guidance };
          // With scale 1, calls to a guide would have no effect.
          const others = { guide: guidance === 1 ? undefined : guide, tags };
          cells.push(cellOf(settings, spec, identity, others));
        }
      }
    }
  }
  return cells;
}

/** The lists of {@link EvaluateFlags}, with undefined in place of a default value. */
interface ListFlags extends Pick<EvaluateFlags, 'samplers' | 'guidance' | 'seed'> {
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
      // Classes take turns: the class of image i is i modulo the number of classes.
      ...(names.length === 0 ? {} : { class: images.map((image) => image % names.length) }),
    };
    if (tags === undefined) return common;
    const lists = images.map(tags.of);
    // Without tags, the network would be its own guide. A request refuses scales other than 1 if none of the
    // images has tags.
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
    // The key is a hash of the plan, which contains the spacing even if the model chose it.
    folder: `${sampler}-${steps}-g${guidance}-${key}`,
    request,
  };
}

/** Names a cell by its settings: `ddim 50 trailing, guidance 2`. */
export function cellName({
  sampler,
  steps,
  spacing,
  guidance,
}: Pick<Cell, 'sampler' | 'steps' | 'spacing' | 'guidance'>): string {
  return `${sampler} ${steps}${spacing === null ? '' : ` ${spacing}`}, guidance ${guidance}`;
}
