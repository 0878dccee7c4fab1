// Lugmayr et al., "RePaint: Inpainting using Denoising Diffusion Probabilistic Models" (2022), Algorithm 1, for the rows of
// any sampler. After each step, the known pixels are replaced. With resampling, each group of steps is taken several times.
// Between two visits, a jump back adds noise up to the level at the start of the group. In this way, the drawn pixels come
// to agree with the known pixels.
import { CLEAN, type Level } from '@isonoise/schedule';
import type { Row, Terms } from './row.ts';
import type { Inpainting, SamplingPlan } from './sampling-plan.ts';
import { renoise, X } from './terms.ts';

/**
 * Makes the rows of a run with a mask. The number of steps stays the same: the visits of a group before its last visit
 * count as rows of the group's first step. On each visit, a step draws the noise of the sampler, noise for the known
 * pixels and noise for the jump back. The last visit has the same noise as a run without a mask.
 *
 * As in diffusers' RePaintScheduler, groups are counted from the end. The first group may be shorter. It is taken once,
 * because it starts from noise alone. Each visit starts with an empty memory: predictions from before the jump back
 * belong to different images, and multistep methods would diverge with them.
 *
 * @param rowsOf the rows of the sampler for a part of the levels
 * @param levels the start of each step, then the end of the last step
 */
export function inpaintRows(
  rowsOf: (levels: readonly Level[]) => readonly Row[],
  levels: readonly Level[],
  { resample, jump }: Inpainting,
): readonly Row[] {
  const steps = levels.length - 1;
  const once = stepsOnce(steps, { resample, jump });
  const begins = [0, ...Array.from({ length: (steps - once) / jump }, (_, k) => once + k * jump)];
  const groups = begins.map((begin, k) => {
    const end = begins[k + 1] ?? steps;
    return { begin, end, rows: splitAtSteps(rowsOf(levels.slice(begin, end + 1))) };
  });
  const perVisit = groups.reduce((most, { rows }) => Math.max(most, drawsOf(rows.flat())), 0);
  return groups.flatMap(({ begin, end, rows }, k) => {
    const visit = (step: number, number: number, isLast: boolean): readonly Row[] => {
      const first = number * (perVisit + 2);
      // The run ends with the known pixels of the picture itself, even if the last level has noise.
      const at = isLast && begin + step === steps - 1 ? CLEAN : (levels[begin + step + 1] as Level);
      return (rows[step] ?? []).map((row) => ({
        ...row,
        firstDraw: first,
        ...(row.endsStep === false ? {} : { known: { at, draw: first + perVisit } }),
      }));
    };
    const length = end - begin;
    const repeats = Array.from({ length: k === 0 ? 0 : resample - 1 }, (_, repeat) => {
      const number = repeat * length + 1;
      const taken = rows.flatMap((_rows, step) => visit(step, number + step, false));
      const next = renoise(levels[end] as Level, levels[begin] as Level, X);
      const firstDraw = (number + length) * (perVisit + 2) - 1;
      return [...taken, { at: null, next, firstDraw }].map((row): Row => ({ ...row, endsStep: false }));
    });
    return [...repeats.flat(), ...rows.flatMap((_rows, step) => visit(step, 0, true))];
  });
}

/** Number of steps at the beginning of a run that are taken only once. */
const stepsOnce = (steps: number, { resample, jump }: Inpainting): number =>
  resample === 1 ? steps : steps - (Math.ceil(steps / jump) - 1) * jump;

/**
 * Counts the steps of a plan, each as often as it is taken. Every visit of a step makes at least one network call. The
 * count does not require the rows.
 */
export function countVisits({ steps, inpainting }: Pick<SamplingPlan, 'steps' | 'inpainting'>): number {
  if (inpainting === undefined) return steps.length;
  const once = stepsOnce(steps.length, inpainting);
  return once + (steps.length - once) * inpainting.resample;
}

/** Groups rows by step. */
function splitAtSteps(rows: readonly Row[]): readonly (readonly Row[])[] {
  const steps: Row[][] = [];
  let isOpen = false;
  for (const row of rows) {
    if (isOpen) steps.at(-1)?.push(row);
    else steps.push([row]);
    isOpen = row.endsStep === false;
  }
  return steps;
}

/** Number of draws of normals that rows may use. */
function drawsOf(rows: readonly Row[]): number {
  return rows.reduce((most, row) => {
    const learned = row.at === null || row.learnedNoise === undefined ? 0 : 1;
    const sums: readonly Terms[] = [row.next, ...(row.keep ?? [])];
    return sums.reduce((least, { noise = [] }) => Math.max(least, noise.length), Math.max(most, learned));
  }, 0);
}
