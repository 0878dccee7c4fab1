import { bundleError } from './errors.ts';
import { BUNDLE_PATHS } from './files.ts';
import { printable } from './printable.ts';

/** How many paths an error names. */
const MOST_NAMED = 10;

/**
 * Finds the bundle among files: where its manifest is, it begins. It may lie in a folder, at any depth; of a manifest and
 * one in a folder beside it, the outer one counts.
 *
 * @param description the place as a user would name it, for errors
 * @returns what stands before each path of the bundle: nothing, or `folder/`
 * @throws `BUNDLE_FILE_MISSING` there is none, or more than one
 */
export function bundleRoot(paths: Iterable<string>, description: string): string {
  const all = [...paths];
  const { manifest } = BUNDLE_PATHS;
  const depth = (path: string): number => path.split('/').length;
  const manifests = all.filter((path) => `/${path}`.endsWith(`/${manifest}`));
  const outermost = Math.min(...manifests.map(depth));
  const [found, another] = manifests.filter((path) => depth(path) === outermost);
  if (found !== undefined && another === undefined) return found.slice(0, -manifest.length);
  const named = (found === undefined ? all : manifests).slice(0, MOST_NAMED).map((path) => printable(path));
  throw bundleError(
    'BUNDLE_FILE_MISSING',
    found === undefined
      ? `${description}: got ${named.join(', ') || 'nothing'}; expected the files of a model, ${manifest} among them. ` +
          'Give the folder of a model, a .zip of it, or an .onnx file that isonoise exported.'
      : `${description}: it holds ${manifests.length} models (${named.join(', ')}); expected one. Give one of them alone.`,
  );
}
