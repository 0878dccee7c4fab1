import type { TrainEvent } from '@isonoise/train';
import { expect, it } from 'vitest';
import { createTerminal } from '../terminal/terminal.ts';
import { createReporter } from './reporter.ts';

it('createReporter prints one line for a checkpoint that is saved again after a measurement', async () => {
  const lines: string[] = [];
  const stream = { write: () => true };
  const reporter = createReporter({
    bar: { update: () => {}, resize: () => {}, note: (line) => void lines.push(line), stop: () => {} },
    terminal: createTerminal({ stdout: stream, stderr: stream, env: {} }),
    path: 'runs/r',
    json: false,
    advice: [],
    memory: () => 0,
  });
  const saved = (step: number, best: boolean): TrainEvent => {
    return { type: 'checkpoint', time: 0, step, name: `step-${step}`, best, removed: [] };
  };
  const measured: TrainEvent = {
    type: 'quality',
    time: 0,
    step: 2,
    fid: 1.5,
    count: 20,
    best: true,
    seconds: 3,
  };
  for (const event of [saved(2, false), measured, saved(2, true), saved(4, false)])
    await reporter.write(event);
  expect(lines).toEqual([
    'step 2: checkpoint step-2',
    'step 2: FID 1.50 of 20 images, the best so far; measured in 3.0 s',
    'step 4: checkpoint step-4',
  ]);
});
