// Compares edits with diffusers: RePaintScheduler, and the loop of img2img pipelines. testdata/README.md explains edit.json.
import { readFileSync } from 'node:fs';
import { createSchedule, levelsOf, timestepPairs } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { inpaintRows } from './inpaint-rows.ts';
import { countCalls, type Row } from './row.ts';
import { runRows } from './run-rows.ts';
import { type SamplerName, samplers } from './sampler-table.ts';

interface RePaintRun {
  readonly jump: number;
  readonly resample: number;
  readonly eta: number;
  readonly clip: boolean;
  /** The noise of each step and of each jump back, in order. */
  readonly events: readonly (readonly number[])[];
  /** The images after each step, including repeated steps. */
  readonly x: readonly (readonly number[])[];
}

interface ChangeRun {
  readonly sampler: SamplerName;
  readonly timesteps: readonly number[];
  readonly begin: readonly number[];
  readonly x: readonly (readonly number[])[];
}

const { versions, inputs, repaint, img2img } = JSON.parse(
  readFileSync(new URL('../testdata/edit.json', import.meta.url), 'utf8'),
) as {
  readonly versions: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<'picture' | 'known' | 'x' | 'noise', readonly number[]>> & {
    readonly answers: readonly (readonly number[])[];
  };
  readonly repaint: readonly RePaintRun[];
  readonly img2img: readonly ChangeRun[];
};

const short = createSchedule({ kind: 'linear', numTrainTimesteps: 12, betaStart: 0.01, betaEnd: 0.4 });
const levels = levelsOf(short, timestepPairs({ spacing: 'trailing', steps: 12, numTrainTimesteps: 12 }));
const known = { image: Float32Array.from(inputs.picture), mask: Uint8Array.from(inputs.known, (k) => 1 - k) };

/** A network that returns the answers of the file, call by call. */
function answers(): Denoiser {
  let call = 0;
  return async () => Float32Array.from(inputs.answers[call++] ?? []);
}

/** Maps each draw of normals in a run, written as `step draw`, to the index of the event that has this noise. */
function eventsOf(rows: readonly Row[]): ReadonlyMap<string, number> {
  const events = new Map<string, number>();
  let [step, event] = [0, 0];
  for (const row of rows) {
    const { firstDraw = 0, known: replaced } = row;
    events.set(`${step} ${firstDraw}`, event);
    if (replaced !== undefined) events.set(`${step} ${replaced.draw}`, event);
    // Each row of these samplers is a step or a jump back.
    event++;
    if (row.endsStep !== false) step++;
  }
  return events;
}

describe.each(repaint)(
  `RePaintScheduler of diffusers ${versions.diffusers} with jump $jump, resample $resample, eta $eta`,
  ({ jump, resample, eta, clip, events, x: expected }) => {
    const settings = { eta, epsFromClipped: false };
    const rows = inpaintRows(
      (part) => samplers.ddim.rows({ schedule: short, levels: part }, settings),
      levels,
      { resample, jump },
    );

    it('makes as many network calls and jumps back as our run', () => {
      expect(countCalls(rows)).toBe(expected.length);
      expect(rows.length).toBe(events.length);
      expect(rows.filter(({ endsStep }) => endsStep !== false).length).toBe(12);
    });

    it('has the same images as our run after every call', async () => {
      const numbers = eventsOf(rows);
      const shown: Float32Array[] = [];
      for await (const row of runRows(answers(), Float32Array.from(inputs.x), rows, {
        predictionType: 'epsilon',
        images: [0],
        known,
        ...(clip ? { clip: 1 } : {}),
        noise: (out, _image, step, draw) => {
          out.set(events[numbers.get(`${step} ${draw}`) ?? -1] ?? [Number.NaN]);
        },
      }))
        shown.push(row.x);
      const ofCalls = shown.filter((_, k) => rows[k]?.at !== null);
      expect(ofCalls.length).toBe(expected.length);
      // The tolerance allows rounding to the 24 bits of float32; values are below 100.
      for (const [k, x] of ofCalls.entries())
        for (const [i, value] of x.entries())
          expect(value, `call ${k}, value ${i}`).toBeCloseTo(expected[k]?.[i] ?? Number.NaN, 4);
    });
  },
);

describe.each(img2img)('img2img of diffusers with $sampler and timesteps $timesteps', (run) => {
  it('starts from the same noisy picture as our run, and draws the same images', async () => {
    const schedule = createSchedule({ kind: 'linear' });
    const steps = timestepPairs({ spacing: run.timesteps, numTrainTimesteps: 1000 });
    const grid = { schedule, levels: levelsOf(schedule, steps) };
    const [first = { alpha: 0, sigma: 0 }] = grid.levels;
    const begin = inputs.picture.map(
      (value, i) => first.alpha * value + first.sigma * (inputs.noise[i] as number),
    );
    begin.forEach((value, i) => {
      expect(value).toBeCloseTo(run.begin[i] ?? Number.NaN, 6);
    });
    const rows = samplers[run.sampler].rows(grid, run.sampler === 'ddim' ? { epsFromClipped: false } : {});
    const shown: Float32Array[] = [];
    const options = { predictionType: 'epsilon', images: [0], noise: () => {} } as const;
    const clip = run.sampler === 'ddim' ? { clip: 1 } : {};
    for await (const row of runRows(answers(), Float32Array.from(begin), rows, { ...options, ...clip }))
      shown.push(row.x);
    expect(shown.length).toBe(run.x.length);
    shown.forEach((x, k) => {
      x.forEach((value, i) => {
        expect(value, `call ${k}`).toBeCloseTo(run.x[k]?.[i] ?? Number.NaN, 4);
      });
    });
  });
});

it('resampling uses each draw of a step once', () => {
  const rowsOf = (part: typeof levels) => samplers.ddpm.rows({ schedule: short, levels: part }, {});
  const rows = inpaintRows(rowsOf, levels, { resample: 4, jump: 3 });
  const drawn = new Set<string>();
  let step = 0;
  for (const { next, firstDraw = 0, known: replaced, endsStep } of rows) {
    const used = (next.noise ?? []).flatMap((factor, draw) => (factor === 0 ? [] : [firstDraw + draw]));
    for (const draw of [...used, ...(replaced === undefined ? [] : [replaced.draw])]) {
      expect(drawn.has(`${step} ${draw}`)).toBe(false);
      drawn.add(`${step} ${draw}`);
    }
    if (endsStep !== false) step++;
  }
  // The 12 steps form four groups of three. The first is taken once and the others four times: 3 + 36 calls.
  expect(countCalls(rows)).toBe(39);
  expect(rows.length).toBe(48);
});
