// Lugmayr et al., "RePaint: Inpainting using Denoising Diffusion Probabilistic Models" (2022), Algorithm 1, for the rows of
// any sampler. After each step the known pixels are replaced. With resampling, a group of steps is taken several times;
// noise leads back from its end to its beginning, so that the drawn pixels come to agree with the known ones.
import { CLEAN, type Level } from '@isonoise/schedule';
import type { Row, Terms } from './row.ts';
import type { Inpainting, SamplingPlan } from './sampling-plan.ts';
import { renoise, X } from './terms.ts';

/**
 * Makes the rows of a run with a mask. The steps remain those of the sampler: the first step of a group has the rows of
 * all visits but the last. A visit has the draws of the sampler, one for the known pixels and one for the way back. The
 * last visit of a step has the noise of a run without a mask.
 *
 * As in diffusers' RePaintScheduler, groups are counted from the end, and the first group, full or not, is taken once: it
 * begins with noise alone. Each visit of a group begins without a memory, because predictions from before the way back do
 * not belong to its images; multistep methods extrapolate from them and diverge.
 *
 * @param rowsOf the rows of the sampler for a part of the levels
 * @param levels the start of each step, then the end of the last
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
      // A run ends with the picture itself, even if its last level has noise.
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

/** Number of steps that are taken once, at the beginning of a run. */
const stepsOnce = (steps: number, { resample, jump }: Inpainting): number =>
  resample === 1 ? steps : steps - (Math.ceil(steps / jump) - 1) * jump;

/**
 * Number of times that the steps of a plan are taken, each with at least one network call. Unlike the rows, it is known at
 * once.
 */
export function countVisits({ steps, inpainting }: Pick<SamplingPlan, 'steps' | 'inpainting'>): number {
  if (inpainting === undefined) return steps.length;
  const once = stepsOnce(steps.length, inpainting);
  return once + (steps.length - once) * inpainting.resample;
}

/** The rows of each step. */
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
