// `pnpm quality models/<name>`: how often an independent judge sees the class that was asked for.

import { printable } from '@isonoise/bundle/printable';
import { tellFailure } from '../tell-failure.ts';
import { parseOptions, QualityUsageError } from './options.ts';

const HELP = `pnpm quality <model> [--dataset name] [--count n] [--steps n] [--guidance scale] [--seed n] [--write]

Draws images of every class in turn and asks the nearest image of the training set, by pixels, for its class. The same
is asked of the test set, which says how good the judge is. Distances tell whether the model copies: a copy would be
nearer to its neighbour than a fresh test image is.

  --dataset name    what the model was trained on, with a test set; see pnpm data list (default: mnist)
  --count n         images that are drawn (default: 640)
  --steps n         DDIM steps (default: 50)
  --guidance scale  strength of the class; 0 to 100; 1 is none (default: 2)
  --seed n          decides the images (default: 1)
  --write           put the result into the model card and seal the bundle anew

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
  if (error instanceof QualityUsageError) {
    console.error(`${printable(error.message, '\n')}\n\n${HELP}`);
    process.exitCode = 2;
  } else tellFailure(error);
}
