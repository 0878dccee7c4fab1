import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../testdata/isonoise-command.ts';

const MNIST = fileURLToPath(new URL('../../../models/mnist', import.meta.url));
/** Selects a provider that every machine has. */
const CPU = ['--provider', 'cpu'];

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-usage-'));
  await mkdir(at('folder'));
  await writeFile(at('file'), '');
  await mkdir(at('model'));
  await cp(MNIST, at('model'), { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Returns the paths of all files and folders below the root. */
async function inventory(): Promise<string[]> {
  const names = await readdir(root, { recursive: true, withFileTypes: true });
  return names.map((entry) => `${entry.parentPath}/${entry.name}`).sort();
}

const sample = (...args: string[]): string[] => ['sample', MNIST, ...CPU, ...args];
const drawn = (...args: string[]): string[] => sample('--out', at('x.png'), '--steps', '2', ...args);
const exported = (...args: string[]): string[] => ['export-onnx', at('run'), ...args];

/** Wrong commands, each with a part of its error message. Each must be refused before it starts its work. */
const WRONG: readonly (readonly [what: string, args: () => string[], message: string])[] = [
  // Values
  ['sample with an empty source', () => ['sample', ''], 'Expected text that is not empty'],
  ['verify with an empty source', () => ['verify', ''], 'Expected text that is not empty'],
  ['info with an empty source', () => ['info', ''], 'Expected text that is not empty'],
  [
    'export-onnx with an empty source',
    () => ['export-onnx', '', '--out', at('new')],
    'Expected text that is not empty',
  ],
  ['a URL that is not a file', () => ['sample', 'http://127.0.0.1/m'], 'RUNTIME_REQUEST'],
  ['a URL that cannot be decoded', () => ['sample', 'file:///m%ZZ'], 'source is file:///m%ZZ ('],
  ['a URL on a different host', () => ['sample', 'file://elsewhere.invalid/m'], 'RUNTIME_REQUEST'],
  ['a count of 0', () => drawn('--count', '0'), '--count'],
  [
    'a count too large for memory',
    () => drawn('--count', '99999999'),
    '--count 99999999: expected at most 1048576',
  ],
  ['guidance below 0', () => drawn('--class', '3', '--guidance=-1'), 'Expected a number from 0 to 100'],
  ['guidance of -0', () => drawn('--class', '3', '--guidance=-0'), 'Expected a number from 0 to 100'],
  ['guidance of 1e9', () => drawn('--class', '3', '--guidance', '1e9'), 'Expected a number from 0 to 100'],
  ['guidance that is not a number', () => drawn('--class', '3', '--guidance', 'NaN'), 'Expected a number'],
  [
    'guidance without a class',
    () => drawn('--guidance', '2'),
    '--guidance 2: got no class, tag or guide; expected one of them',
  ],
  ['tags with an empty name', () => drawn('--tags', 'cat,,sun'), 'Expected names separated by commas'],
  [
    'tags of a model without tags',
    () => drawn('--tags', 'cat'),
    'was trained without tags; expected no tags. Omit tags',
  ],
  [
    'negative tags with guidance 1',
    () => drawn('--without', 'cat', '--guidance', '1'),
    '--guidance 1 turns guidance off',
  ],
  [
    'a guide without a guidance scale',
    () => drawn('--guide', MNIST),
    '--guide: got no guidance scale; expected --guidance',
  ],
  [
    'a guidance setting without a guidance scale',
    () => drawn('--class', '3', '--guidance-low', '1'),
    '--guidance-low: got no guidance scale; expected --guidance',
  ],
  [
    'a rescale above 1',
    () => drawn('--class', '3', '--guidance', '2', '--guidance-rescale', '1.5'),
    'Expected a number from 0 to 1',
  ],
  [
    'guidance limits in the wrong order',
    () => drawn('--class', '3', '--guidance', '2', '--guidance-low', '3', '--guidance-high', '1'),
    'guidanceLow is 3 and guidanceHigh 1; expected guidanceLow < guidanceHigh',
  ],
  [
    "an image in the guide's folder",
    () => drawn('--guidance', '2', '--guide', at('model'), '--npy', at('model', 'x.npy')),
    '--npy',
  ],
  ['an unknown class', () => drawn('--class', 'cat'), 'class is "cat"; expected a class of mnist: 0 "0"'],
  ['an empty class', () => drawn('--class', ''), 'class is ""'],
  ['an unknown class number', () => drawn('--class-index', '11'), 'class is 11'],
  [
    'a class by name and by number',
    () => drawn('--class', '3', '--class-index', '3'),
    'cannot be used with option',
  ],
  ['more steps than timesteps', () => drawn('--steps', '1001'), 'steps is 1001'],
  [
    'eta for a sampler without this setting',
    () => drawn('--sampler', 'ddpm', '--eta', '1'),
    '--eta: is not a setting of the sampler ddpm',
  ],
  [
    'variance for a sampler without this setting',
    () => drawn('--variance', 'fixedLarge'),
    '--variance: is not a setting of the sampler dpmpp-2m-sde',
  ],
  [
    'a setting without the setting that it depends on',
    () => drawn('--threshold-ratio', '0.9'),
    '--threshold-ratio: has no effect without --thresholding. Add --thresholding, or leave it out.',
  ],
  [
    'a churn setting without churn',
    () => drawn('--sampler', 'heun', '--s-t-max', '8', '--s-churn', '0'),
    '--s-t-max: has no effect without --s-churn above 0. Add --s-churn, or leave it out.',
  ],
  [
    'churn limits in the wrong order',
    () => drawn('--sampler', 'heun', '--s-churn', '1', '--s-t-min', '5', '--s-t-max', '2'),
    '--s-t-min 5: is above --s-t-max; expected at most 2. Change one of them.',
  ],
  ['too many threads', () => drawn('--threads', '1000000'), '--threads'],
  // Pictures
  [
    'too many columns',
    () => drawn('--columns', '5000'),
    'columns is 5000; expected a whole number from 1 to 4096',
  ],
  [
    'a magnification that is too large',
    () => drawn('--scale', '100000'),
    'scale is 100000; expected a whole number from 1 to 4096',
  ],
  [
    'a sheet that is too wide',
    () => drawn('--columns', '4000'),
    'pixels; expected at most 65,535 pixels per side',
  ],
  ['a sheet with too many pixels', () => drawn('--scale', '2000'), 'pixels; expected at most'],
  [
    'a state that is too large',
    () => drawn('--count', '100000', '--scale', '1', '--save-state', at('s.json')),
    'expected at most 67108864',
  ],
  // Paths
  ['sample --out, empty', () => sample('--out', ''), "--out '': is empty"],
  ['sample --out, this folder', () => sample('--out', '.'), 'names a folder'],
  ['sample --out, a folder', () => sample('--out', at('folder')), 'names a folder'],
  ['sample --out, in a file', () => sample('--out', at('file', 'a.png')), 'is not a folder'],
  ['sample --out, a long name', () => sample('--out', at(`${'é'.repeat(130)}.png`)), 'cannot be written'],
  [
    'sample --out, a long name in a missing folder',
    () => sample('--out', at('new', `${'é'.repeat(130)}.png`)),
    'a name in the path has 264 bytes, more than 255',
  ],
  [
    'sample --out, a long path',
    () => sample('--out', at(...Array(3000).fill('a'), 'a.png')),
    'bytes, more than 4095',
  ],
  ['sample --out, a JPEG', () => sample('--out', at('a.jpg')), 'Use --out'],
  ['sample --out, standard output', () => sample('--out', '-'), 'standard output is reserved for the report'],
  ['sample --gif, a WebP', () => drawn('--gif', at('a.webp')), '--gif'],
  [
    'sample --gif, the same file',
    () => sample('--out', at('a'), '--gif', at('folder', '..', 'a')),
    'is also the file of --out',
  ],
  ['sample --npy, a folder', () => drawn('--npy', at('folder')), '--npy'],
  ['sample --save-state, empty', () => drawn('--save-state', ''), "--save-state '': is empty"],
  [
    'sample --out, in the model',
    () => ['sample', at('model'), ...CPU, '--out', at('model', 'samples.png')],
    "is inside the model's folder",
  ],
  ['sample --stop-after without --save-state', () => drawn('--stop-after', '1'), 'Add --save-state'],
  [
    'sample --resume-state, a missing file',
    () => sample('--resume-state', at('none.json')),
    'cannot be read',
  ],
  ['export-onnx --out, empty', () => exported('--out', ''), "--out '': is empty"],
  ['export-onnx --out, this folder', () => exported('--out', '.'), 'is the working folder'],
  [
    'export-onnx --out, an ONNX file',
    () => exported('--out', at('my.onnx')),
    'which will contain the graph as unet/model.onnx',
  ],
  ['export-onnx --out, a file', () => exported('--out', at('file')), 'is a file'],
  ['export-onnx --out, the run', () => exported('--out', at('run')), 'is inside the run'],
  [
    'export-onnx --out, a folder that is not a model',
    () => exported('--out', at('model', 'unet')),
    'is not an isonoise bundle',
  ],
  ['export-onnx --out, an existing model', () => exported('--out', at('model')), 'Add --force'],
  [
    'export-onnx --name, empty',
    () => exported('--out', at('new'), '--name', ''),
    'Expected text that is not empty',
  ],
  [
    'export-onnx --name, a control character',
    () => exported('--out', at('new'), '--name', 'a\x1b[2J'),
    '--name a\\x1b[2J',
  ],
  [
    'export-onnx --samples, too many',
    () => exported('--out', at('new'), '--samples', '100000'),
    '--samples 100000',
  ],
  [
    'export-onnx --checkpoint, a negative step',
    () => exported('--out', at('new'), '--checkpoint', '-1'),
    'Expected latest, best',
  ],
  ['data --dir, empty', () => ['data', 'list', '--dir', ''], 'Expected text that is not empty'],
  [
    'data --base-url, not a URL',
    () => ['data', 'mnist', '--base-url', 'nowhere'],
    'starts with http:// or https://',
  ],
  ['data --dir, a file', () => ['data', 'mnist', '--dir', at('file')], '--dir'],
  ['data, an unknown data set', () => ['data', 'mmist'], 'unknown data set mmist; expected mnist'],
  ['serve --port, beyond 16 bits', () => ['serve', '--port', '70000'], 'from 0 to 65535'],
  ['serve --drain, beyond a timer', () => ['serve', '--drain', '9999999999'], 'from 0 to 2147483'],
  ['serve --models, empty', () => ['serve', '--models', ''], 'Expected text that is not empty'],
  ['serve --models, a file', () => ['serve', '--models', at('file')], '--models'],
  ['serve --page, a file', () => ['serve', '--page', at('file')], 'is a file; expected a folder'],
  [
    'serve, two models with the same name',
    () => ['serve', at('model'), at('twin', '..', 'model', '.')],
    'are both named model',
  ],
  [
    'serve --preload, an unknown model',
    () => ['serve', '--models', root, '--preload', 'model', 'nope'],
    'model is "nope"; expected one of: model',
  ],
  [
    'serve --allow-origin, not an origin',
    () => ['serve', '--allow-origin', 'nowhere'],
    'SERVER_ORIGIN_INVALID',
  ],
  [
    'serve --bundle-origin, not an origin',
    () => ['serve', '--redis', 'redis://127.0.0.1:1', '--bundle-origin', 'http://server/'],
    'bundleOrigin (--bundle-origin) is "http://server/"; expected an origin',
  ],
  [
    'serve --bundle-origin without --redis',
    () => ['serve', '--bundle-origin', 'http://server'],
    'expected --redis with it',
  ],
  [
    'serve --host, not an address, before a model is opened',
    () => ['serve', '--host', 'a/b', '--preload', 'none'],
    'SERVER_HOST_INVALID',
  ],
  ['serve --allow-host, not a host', () => ['serve', '--allow-host', 'a/b'], 'SERVER_HOST_INVALID'],
  ['serve --budget of 0', () => ['serve', '--budget', '0'], '--budget'],
  ['an API key that is not valid in a header', () => ['serve', '--api-key', 'a b'], 'SERVER_KEY_INVALID'],
  [
    'train --sample-guidance, out of range',
    () => ['train', '--sample-guidance', '101'],
    'Expected a number from 0 to 100',
  ],
  ['train --dataset, empty', () => ['train', '--dataset', ''], 'Expected text that is not empty'],
  [
    'train --dataset, a file',
    () => ['train', '--dataset', at('file')],
    'this is a file; expected the folder',
  ],
  ['train --pad, smaller than the images', () => ['train', '--runs', root, '--pad', '5'], 'from 28 to 4096'],
  [
    'train --pad, too large for memory',
    () => ['train', '--runs', root, '--pad', '100000'],
    'from 28 to 4096',
  ],
  [
    'train --clip-norm, out of the range of float32',
    () => ['train', '--runs', root, '--limit', '2', '--clip-norm', '1e-320'],
    'optimizer.clipNorm: got',
  ],
  [
    'train --learning-rate, out of the range of float32',
    () => ['train', '--runs', root, '--limit', '2', '--learning-rate', '1e300'],
    'optimizer.learningRate: got',
  ],
  ['train --runs, a file', () => ['train', '--runs', at('file')], 'is a file; expected the name of a folder'],
  ['train --runs, empty', () => ['train', '--runs', ''], "--runs '': is empty"],
  ['train --name, a file', () => ['train', '--runs', root, '--name', 'file'], '--name'],
  [
    'train --resume with a preset',
    () => ['train', '--name', 'x', '--runs', at('runs'), '--resume', '--preset', 'quick'],
    "option '--preset <name>' cannot be used with option '--resume'",
  ],
  [
    'train --resume with --unconditional',
    () => ['train', '--name', 'x', '--runs', at('runs'), '--resume', '--unconditional'],
    "option '--unconditional' cannot be used with option '--resume'",
  ],
  ['an unknown verb', () => ['smaple'], 'unknown command'],
  ['an unknown option with a control character', () => ['info', '--\x1b]0;x\x07'], '--\\x1b]0;x\\x07'],
  ['one argument too many', () => ['verify', MNIST, MNIST], 'too many arguments'],
];

describe.each(WRONG)('a wrong command: %s', (_what, args, message) => {
  it('is refused with exit code 2 before anything is written', async () => {
    const before = await inventory();
    const ended = await isonoise(args());
    expect(ended.stderr).toContain(message);
    expect(ended, ended.stderr).toMatchObject({ code: 2, stdout: '' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters must not reach a terminal.
    expect(ended.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    expect(await inventory()).toEqual(before);
  });

  it('prints one JSON document with --json', async () => {
    const { stdout } = await isonoise([...args(), '--json']);
    const error = { code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String), exitCode: 2 };
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error });
  });
});

it('--version prints the version of the package', async () => {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  for (const flag of ['--version', '-V']) {
    expect(await isonoise([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  }
});
