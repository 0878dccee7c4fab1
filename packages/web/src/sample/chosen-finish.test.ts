import type { LookRecord } from '@isonoise/data';
import { finishImages } from '@isonoise/picture';
import { expect, it } from 'vitest';
import { planOfTwo, pointsSpec, twoImages } from '../../testdata/points.ts';
import { DEFAULT_FORM } from '../request/request-form.ts';
import { withChosenFinish } from './chosen-finish.ts';
import type { OpenedRun } from './drawing-store.ts';
import type { PictureTask } from './picture-task.ts';

const spec = pointsSpec(1, 2);
const plan = planOfTwo(spec);

/** Computes the changes as the worker of the page does. */
async function compute(task: PictureTask): Promise<Float32Array> {
  if (task.kind !== 'finish') throw new Error(`the task is ${task.kind}; expected finish`);
  return finishImages(task.images, task.shape, task.finish);
}

/** A run of two images of two pixels. @param mask `[2, 1, 2]`, 1 where a pixel is drawn */
function runWith(mask?: Uint8Array): OpenedRun {
  const x = Float32Array.of(0.1, 0.2, 0.3, 0.4);
  return {
    from: { plan, nextStep: 1, x, ...(mask && { known: { image: x, mask } }) },
    guide: undefined,
    finish: undefined,
    shown: DEFAULT_FORM,
    images: twoImages(spec, { form: DEFAULT_FORM, notes: ['saved'] }),
  };
}

const BOTH = { palette: 'auto', symmetry: 'mirror' } as const;
const lookOf = async (): Promise<LookRecord> => ({ palette: ['#000000ff', '#ffffffff'], asymmetry: 0 });
const drawn = Float32Array.of(-0.5, 0.5, -0.25, 0.75);

it('withChosenFinish changes the finished images as the form asks', async () => {
  const { finish, shown, images } = await withChosenFinish(runWith(), BOTH, { lookOf, compute });
  expect(await finish?.apply(drawn)).toEqual(Float32Array.of(-1, -1, -1, -1));
  expect([shown, images.form]).toMatchObject([BOTH, BOTH]);
  expect(images.notes).toEqual(['saved']);
});

it('withChosenFinish never changes pixels outside the mask of each image', async () => {
  const run = runWith(Uint8Array.of(1, 0, 0, 1));
  const { finish, shown, images } = await withChosenFinish(run, BOTH, { lookOf, compute });
  expect(await finish?.apply(drawn)).toEqual(Float32Array.of(-1, 0.5, -0.25, 1));
  expect(finish?.record.finish).toEqual(['palette']);
  expect([shown.symmetry, images.form?.symmetry]).toEqual(['', '']);
  expect(images.notes).toEqual(['saved', expect.stringContaining('symmetry is left out')]);
});

it('withChosenFinish opens the run without changes if the palette cannot be loaded', async () => {
  const failing = () => Promise.reject(new Error('offline'));
  const { finish, shown, images } = await withChosenFinish(runWith(), BOTH, { lookOf: failing, compute });
  expect([finish, shown.palette, images.form?.symmetry]).toEqual([undefined, '', '']);
  expect(images.notes).toEqual(['saved', expect.stringMatching(/could not be applied.*: offline$/)]);
});
