import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { planOfTwo, pointsSpec, twoImages } from '../../testdata/points.ts';
import type { DropFailure } from '../files/page-drop.ts';
import type { KeptDrawing } from '../history/kept-drawing.ts';
import type { Drawing } from './drawing.ts';
import type { OpenedRun } from './drawing-store.ts';
import { createRunFiles, type RunFileParts } from './run-files.ts';

const spec = pointsSpec(1, 1);
const opened = { images: twoImages(spec) } as OpenedRun;
const file = new File([], 'run.json');

function scene(parts: Partial<RunFileParts> = {}) {
  const log: string[] = [];
  const dropFailure = signal<DropFailure | null>({ tab: 'sample', error: 'before' });
  const files = createRunFiles({
    drawing: signal<Drawing>({ status: 'none' }),
    resume: async () => void log.push('resume'),
    showKept: async ({ id }) => void log.push(`show ${id}`),
    readRun: async () => opened,
    restoreBetween: ({ model }) => void log.push(`restore ${model}`),
    download: async (name) => void log.push(`download ${name}`),
    announce: (text) => void log.push(text),
    dropFailure,
    ...parts,
  });
  return { log, dropFailure, files };
}

it('createRunFiles resumes the run in a file, on the tab that shows it', async () => {
  const { log, dropFailure, files } = scene();
  await files.resumeFile(file, async () => void log.push('open tab'));
  expect([log, dropFailure.value]).toEqual([['open tab', 'resume'], null]);
});

it('createRunFiles shows a kept drawing instead of drawing it again', async () => {
  const { log, files } = scene({ readRun: async () => ({ id: 'k', thumbnail: {} }) as KeptDrawing });
  await files.openRun(file);
  expect(log).toEqual(['show k', 'This drawing is kept here']);
});

it('createRunFiles restores a request for images between two pictures, which the file does not contain', async () => {
  const asked = { model: 'points', class: null, settings: { steps: '4' }, note: 'open both' };
  const { log, files } = scene({ readRun: async () => asked });
  await files.resumeFile(file, async () => void log.push('open tab'));
  expect(log).toEqual(['restore points']);
});

it('createRunFiles abandons a file if a drawing begins while the file is read', async () => {
  let end = (_: OpenedRun): void => {};
  const readRun = () =>
    new Promise<OpenedRun>((resolve) => {
      end = resolve;
    });
  const { log, files } = scene({ readRun });
  const reading = files.openRun(file);
  const isLatest = files.beginDrawing();
  end(opened);
  await reading;
  expect([log, isLatest()]).toEqual([[], true]);
});

it('createRunFiles shows the error of a file, until the next drawing', async () => {
  const { files } = scene({ readRun: () => Promise.reject(new Error('damaged')) });
  await files.openRun(file);
  expect(files.failure.value).toEqual(new Error('damaged'));
  await expect(files.resumeFile(file)).rejects.toThrow('damaged');
  files.beginDrawing();
  expect(files.failure.value).toBeNull();
});

it('createRunFiles saves only the run in progress, with its step', async () => {
  const frame = { step: 3, t: 2, noisy: new Uint8Array(2), estimate: new Uint8Array(2) };
  const save = () => ({ plan: planOfTwo(spec), nextStep: 1, x: new Float32Array(2) });
  const running: Drawing = {
    ...twoImages(spec),
    ...{ status: 'cancelled', isLead: false, frames: [], latest: frame, steps: 5, elapsedMs: 1, save },
  };
  const { log, files } = scene({ drawing: signal(running) });
  await files.saveRun();
  expect(log).toEqual(['download points-seed1-step3', 'Saved after step 3']);
  const idle = scene();
  await idle.files.saveRun();
  expect(idle.log).toEqual([]);
});
