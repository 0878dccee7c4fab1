import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Lays out `deps/` as tfjs-node's binding.gyp expects it: `deps/include`, and `deps/lib` with `libtensorflow.so` and
 * `libtensorflow_framework.so` for the linker. Both names are links. The files have the names that the dynamic loader
 * looks for. The libraries are copied, so the source can be deleted afterwards. The copies take about 600 MB, or no
 * space if the file system can clone files.
 *
 * @param {string} folder tfjs-node's package folder
 * @param {ReturnType<typeof import('./libtensorflow.mjs').findLibtensorflow>} library
 */
export function arrangeDeps(folder, library) {
  const lib = join(folder, 'deps/lib');
  mkdirSync(lib, { recursive: true });
  for (const [linkName, { file, soname }] of [
    ['libtensorflow.so', library.tensorflow],
    ['libtensorflow_framework.so', library.framework],
  ]) {
    copyFileSync(file, join(lib, soname), constants.COPYFILE_FICLONE);
    if (soname !== linkName) symlinkSync(soname, join(lib, linkName));
  }

  const sources = readdirSync(join(folder, 'binding')).map((name) => join(folder, 'binding', name));
  copyHeaders(sources, library.include, join(folder, 'deps/include'));
}

/**
 * Copies the headers that the sources include, directly or indirectly. These are a few dozen of the thousands in a
 * wheel. Missing headers are ignored, because an #ifdef may exclude them.
 */
function copyHeaders(sources, from, to) {
  const queue = [...sources];
  const seen = new Set();
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/^\s*#\s*include\s*["<]([^">]+)[">]/gm)) {
      const source = join(from, name);
      if (seen.has(name) || !existsSync(source)) continue;
      seen.add(name);
      mkdirSync(dirname(join(to, name)), { recursive: true });
      copyFileSync(source, join(to, name));
      queue.push(source);
    }
  }
}
