import type { Consumer } from '../consumer.ts';
import { drawModule, pageHtml, pageModule } from '../drawing.ts';

export const vite: Consumer = {
  title: 'a page built with Vite: vite dev, vite build',
  ours: ['isonoise'],
  packages: { vite: '8.4.0' },
  files: {
    'index.html': pageHtml,
    'main.js': pageModule,
    'draw.js': drawModule,
    'vite.config.js': `export default {
  worker: { format: 'es' }, // ONNX Runtime is a chunk that only the worker loads
  optimizeDeps: { exclude: ['isonoise'] }, // for vite dev: keeps the worker as a file beside its module
};
`,
  },
  model: 'public/models/mnist',
  async use(workshop) {
    const ready = /(http:\/\/127\.0\.0\.1:\d+)/;
    const address = ['--host', '127.0.0.1', '--port', '0'];
    const dev = await workshop.openPage(await workshop.serve('vite', ['dev', ...address], ready));
    await workshop.run('vite', ['build']);
    const build = await workshop.openPage(await workshop.serve('vite', ['preview', ...address], ready));
    return { dev, build };
  },
};
