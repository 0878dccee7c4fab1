import { plural, printable } from '@isonoise/error';
import { bundleError } from './errors.ts';
import { BUNDLE_PATHS } from './files.ts';
import { isPythonFile } from './python-files.ts';

/** Maximum number of paths that an error names. */
const MAX_NAMED = 10;

/**
 * Finds the root of the bundle among files, that is, the folder with the manifest. The folder may be at any depth.
 * Among manifests at several depths, the outermost one is used.
 *
 * @param description name of the location, for errors
 * @returns prefix of the bundle's paths: an empty string, or `folder/`
 * @throws `BUNDLE_FILE_MISSING` if the outermost depth has more than one manifest, or if the manifest is missing
 */
export function bundleRoot(paths: Iterable<string>, description: string): string {
  const all = [...paths];
  const { manifest } = BUNDLE_PATHS;
  const depth = (path: string): number => path.split('/').length;
  const manifests = all.filter((path) => `/${path}`.endsWith(`/${manifest}`));
  const outermost = Math.min(...manifests.map(depth));
  const [found, another] = manifests.filter((path) => depth(path) === outermost);
  if (found !== undefined && another === undefined) return found.slice(0, -manifest.length);
  const named = (found === undefined ? all : manifests).slice(0, MAX_NAMED).map((path) => printable(path));
  throw bundleError(
    'BUNDLE_FILE_MISSING',
    found === undefined
      ? `${description}: got ${named.join(', ') || 'nothing'}; expected the files of a model, including ${manifest}. ` +
          (all.some(isPythonFile)
            ? 'A model of diffusers or PyTorch must be imported first: pnpm import-model <model> --out models/<name>. ' +
              `A model of isonoise needs its ${manifest}: pass the whole folder, or a .zip of it.`
            : 'Pass the folder of a model, a .zip of it, or an .onnx file exported by isonoise.')
      : `${description}: got ${plural(manifests.length, 'model')} (${named.join(', ')}); expected one. Pass only one of them.`,
  );
}
