// `pnpm quality models/<name>`: measures how often the nearest training image has the requested class.

import { reportFailure } from '../report-failure.ts';
import { parseOptions } from './options.ts';

const HELP = `pnpm quality <model> [--dataset name] [--count n] [--sampler name] [--steps n] [--guidance scale] [--seed n] [--write]

Draws images of every class in turn. The nearest training image, by pixels, judges each: its class should be the requested
one. Test images are judged the same way, which shows how good the judge is. Distances show whether the model copies: a
copy would be nearer to its neighbour than test images are.

  --dataset name    data set that the model was trained on, with a test set; see pnpm data list (default: mnist)
  --count n         number of images to draw (default: 640)
  --sampler name    sampler (default: the model's)
  --steps n         steps (default: the sampler's)
  --guidance scale  strength of the class, 0 to 100; 1 means none (default: 2)
  --seed n          seed of the images (default: 1)
  --write           write the result into the model card and reseal the bundle

Examples:
  pnpm quality models/mnist
  pnpm quality models/mine --dataset fashion-mnist --guidance 1.5 --write`;

const args = process.argv.slice(2);
try {
  const options = parseOptions(args);
  if (options.help) console.log(HELP);
  else {
    const { measureQuality } = await import('./measure-quality.ts');
    const command = ['pnpm quality', ...args.filter((arg) => arg !== '--write')].join(' ');
    await measureQuality(options, command);
  }
} catch (error) {
  reportFailure(error, HELP);
}
