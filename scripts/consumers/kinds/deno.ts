import type { Consumer } from '../consumer.ts';
import { drawModule, nodeProgram } from '../drawing.ts';

export const deno: Consumer = {
  title: 'Deno with the node_modules that npm installed',
  ours: ['isonoise'],
  packages: { deno: '2.9.6' },
  files: { 'draw.js': drawModule, 'main.js': nodeProgram },
  model: 'models/mnist',
  use: async (workshop) => ({
    deno: (await workshop.run('deno', ['run', '--allow-all', 'main.js'])).trim(),
  }),
};
