import type { Consumer } from '../consumer.ts';
import { drawModule } from '../drawing.ts';

/** A program without top-level await, which CommonJS does not support. */
const program = `import { drawGolden } from './draw.js';

drawGolden('models/mnist', { provider: 'cpu' }).then(console.log);
`;

/** The bundle contains isonoise. ONNX Runtime's native code and the script of isonoise's thread stay in node_modules. */
export const esbuild: Consumer = {
  title: 'a Node server bundled by esbuild, as ES module and as CommonJS',
  ours: ['isonoise'],
  packages: { esbuild: '0.28.2' },
  files: { 'draw.js': drawModule, 'main.js': program },
  model: 'models/mnist',
  async use(workshop) {
    const bundle = ['main.js', '--bundle', '--platform=node', '--log-level=error'];
    await workshop.run('esbuild', [...bundle, '--format=esm', '--outfile=dist/server.mjs']);
    await workshop.run('esbuild', [...bundle, '--format=cjs', '--outfile=dist/server.cjs']);
    const draw = async (file: string): Promise<string> => (await workshop.run('node', [file])).trim();
    return { esm: await draw('dist/server.mjs'), commonJs: await draw('dist/server.cjs') };
  },
};
