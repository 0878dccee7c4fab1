import type { Consumer } from '../consumer.ts';
import { drawModule, nodeProgram } from '../drawing.ts';

export const bun: Consumer = {
  title: 'Bun',
  ours: ['isonoise'],
  packages: { bun: '1.4.5' },
  files: { 'draw.js': drawModule, 'main.js': nodeProgram },
  model: 'models/mnist',
  use: async (workshop) => ({ bun: (await workshop.run('bun', ['run', 'main.js'])).trim() }),
};
