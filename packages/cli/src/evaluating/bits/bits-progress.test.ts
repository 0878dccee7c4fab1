import { expect, it } from 'vitest';
import { createTerminal } from '../../terminal/terminal.ts';
import { bitsProgress } from './bits-progress.ts';

it('bitsProgress estimates the time left from the calls of this command only', () => {
  let text = '';
  const err = {
    write: (part: string) => {
      text += part;
    },
  };
  let now = 0;
  const progress = bitsProgress(1000, createTerminal({ stdout: err, stderr: err, env: {} }), () => now);
  progress.kept(500);
  now = 4000;
  progress.computed(100);
  progress.stop();
  // 100 images in 4 s; 400 remain.
  expect(text.split('\n')[1]).toBe('network calls 600/1000 · 25 a second · 16.0 s left');
});
