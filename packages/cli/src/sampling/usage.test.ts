import { at, MNIST, testWrongCommands } from '../../testdata/wrong-commands.ts';

/** Options that select a provider that every machine has. */
const CPU = ['--provider', 'cpu'];

const sample = (...args: string[]): string[] => ['sample', MNIST, ...CPU, ...args];
const drawn = (...args: string[]): string[] => sample('--out', at('x.png'), '--steps', '2', ...args);

testWrongCommands([
  // Values
  ['sample with an empty source', () => ['sample', ''], 'Expected text that is not empty'],
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
]);
