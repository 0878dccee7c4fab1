import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { isonoise } from '../testdata/isonoise-command.ts';
import { at, MNIST, testWrongCommands } from '../testdata/wrong-commands.ts';

const exported = (...args: string[]): string[] => ['export-onnx', at('run'), ...args];

testWrongCommands([
  ['verify with an empty source', () => ['verify', ''], 'Expected text that is not empty'],
  ['info with an empty source', () => ['info', ''], 'Expected text that is not empty'],
  [
    'export-onnx with an empty source',
    () => ['export-onnx', '', '--out', at('new')],
    'Expected text that is not empty',
  ],
  ['export-onnx --out, empty', () => exported('--out', ''), "--out '': is empty"],
  ['export-onnx --out, this folder', () => exported('--out', '.'), 'is the working folder'],
  [
    'export-onnx --out, an ONNX file',
    () => exported('--out', at('my.onnx')),
    'which will contain the graph as unet/model.onnx',
  ],
  ['export-onnx --out, a file', () => exported('--out', at('file')), 'is a file'],
  ['export-onnx --out, the run', () => exported('--out', at('run')), 'is the run'],
  ['export-onnx --out, inside the run', () => exported('--out', at('run', 'm')), 'is inside the run'],
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
  [
    'import-model, both --null-class and --no-null-class',
    () => ['import-model', at('model'), '--out', at('new'), '--null-class', '--no-null-class'],
    '--null-class and --no-null-class: expected only one of them. Leave one out.',
  ],
  [
    'export-onnx, both --half-weights and --no-half-weights',
    () => exported('--out', at('new'), '--no-half-weights', '--half-weights'),
    '--half-weights and --no-half-weights: expected only one of them.',
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
  [
    'serve --drain, longer than a timer allows',
    () => ['serve', '--drain', '9999999999'],
    'from 0 to 2147483',
  ],
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
    () => ['serve', '--models', at(), '--preload', 'model', 'nope'],
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
  ['train --pad, smaller than the images', () => ['train', '--runs', at(), '--pad', '5'], 'from 28 to 4096'],
  [
    'train --pad, too large for memory',
    () => ['train', '--runs', at(), '--pad', '100000'],
    'from 28 to 4096',
  ],
  [
    'train --clip-norm, out of the range of float32',
    () => ['train', '--runs', at(), '--limit', '2', '--clip-norm', '1e-320'],
    'optimizer.clipNorm: got',
  ],
  [
    'train --learning-rate, out of the range of float32',
    () => ['train', '--runs', at(), '--limit', '2', '--learning-rate', '1e300'],
    'optimizer.learningRate: got',
  ],
  ['train --runs, a file', () => ['train', '--runs', at('file')], 'is a file; expected the name of a folder'],
  ['train --runs, empty', () => ['train', '--runs', ''], "--runs '': is empty"],
  ['train --name, a file', () => ['train', '--runs', at(), '--name', 'file'], '--name'],
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
]);

it('--version prints the version of the package', async () => {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  for (const flag of ['--version', '-V']) {
    expect(await isonoise([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  }
});
