import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Plugin, transformWithOxc } from 'vite';

/**
 * Files that are stored for offline use only once they are used: those for WebGPU and training, and the MNIST digits.
 * Drawing does not need them.
 */
const LATER = /asyncify|webgpu|training-worker|tfjs|mnist-\d/;

/** Writes `service-worker.js` beside index.html, with the list of the page's files and their version. */
export function serviceWorker(source: string): Plugin {
  let folder = '';
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved({ root, build }) {
      folder = path.resolve(root, build.outDir);
    },
    async writeBundle() {
      const names = (await readdir(path.join(folder, 'assets'))).filter((name) => !/\.(br|gz)$/.test(name));
      const page = await readFile(path.join(folder, 'index.html'));
      const { code } = await transformWithOxc(await readFile(source, 'utf8'), source);
      const version = createHash('sha256')
        .update(names.sort().join())
        .update(page)
        .update(code)
        .digest('hex');
      const files = [
        'index.html',
        ...names.filter((name) => !LATER.test(name)).map((name) => `assets/${name}`),
      ];
      const constants = `const FILES = ${JSON.stringify(files)};\nconst VERSION = '${version.slice(0, 16)}';\n`;
      await writeFile(path.join(folder, 'service-worker.js'), `${constants}const ISOLATES = true;\n${code}`);
    },
  };
}
