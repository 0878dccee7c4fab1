import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createTerminal } from '../terminal/terminal.ts';
import { pullProgress } from './pull-progress.ts';

it.each([181, 3_628_800, 5000])(
  'pullProgress shows the whole size at the end of a file of %i bytes',
  (total) => {
    let text = '';
    const stream = new Writable({
      write(chunk, _, done) {
        text += String(chunk);
        done();
      },
    });
    const terminal = createTerminal({ stdout: stream, stderr: stream, env: {} });
    const progress = pullProgress(terminal);
    progress.update(0, total);
    progress.update(total, total);
    const lines = text.trim().split('\n');
    const kilobytes = Math.ceil(total / 1000);
    expect(lines[0]).toContain(`pull 0/${kilobytes} · `);
    expect(lines.at(-1)).toContain(`pull ${kilobytes}/${kilobytes} · `);
  },
);
