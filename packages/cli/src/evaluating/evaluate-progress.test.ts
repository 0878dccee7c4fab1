import { expect, it } from 'vitest';
import { createTerminal } from '../terminal/terminal.ts';
import { createProgress } from './evaluate-progress.ts';

it('createProgress estimates the time left from the network calls of this command only', () => {
  let text = '';
  const err = {
    write: (part: string) => {
      text += part;
    },
  };
  let now = 0;
  const cells = [
    { label: 'ddim 10, guidance 1', calls: 10 },
    { label: 'ddim 20, guidance 2', calls: 40 },
  ];
  const terminal = createTerminal({ stdout: err, stderr: err, env: {} });
  const progress = createProgress(cells, 100, terminal, () => now);
  progress.update(0, 100, false);
  expect(text).toBe('images 100/200 · ddim 10, guidance 1\n');
  now = 5000;
  progress.update(1, 20, true);
  progress.stop();
  // 20 images with 40 calls each took 5 s; 80 × 40 calls remain.
  expect(text.split('\n')[1]).toBe('images 120/200 · ddim 20, guidance 2 · 4.0 images/s · 20.0 s left');
});
