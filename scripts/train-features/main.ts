// `pnpm train-features <data set>`: trains a classifier, whose features `pnpm evaluate` uses.

import { reportFailure } from '../report-failure.ts';
import { ICONS, parseOptions } from './options.ts';

const HELP = `pnpm train-features <data set> [--out folder] [--steps n] [--batch-size n] [--seed n] [--threads n]

Trains a small classifier on a known data set, exports it as ONNX with the outputs features and logits, measures its accuracy
on the test images, and writes model.onnx and a card. With icons, it draws the icons of pnpm data icons, trains a classifier of
pictures with and without alpha on them, and checks that distances of features grow with the corruption of pictures.

  --out folder      where to write (default: models/<data set>-features; models/picture-features for icons)
  --steps n         training steps (default: 3000)
  --batch-size n    images per step (default: 100; 64 for icons)
  --seed n          seed of weights and order (default: 0)
  --threads n       threads of ONNX Runtime (default: one per core)

Examples:
  pnpm train-features mnist
  pnpm train-features icons
  pnpm train-features fashion-mnist --out models/fashion-features --steps 12000`;

const args = process.argv.slice(2);
try {
  const options = parseOptions(args);
  if (options.help) console.log(HELP);
  else {
    const command = ['pnpm train-features', ...args].join(' ');
    const { dataset } = options;
    if (dataset === ICONS) {
      const { trainIconFeatures } = await import('./icons/train-icon-features.ts');
      await trainIconFeatures(options, command);
    } else {
      const { trainFeatures } = await import('./train-features.ts');
      await trainFeatures({ ...options, dataset }, command);
    }
  }
} catch (error) {
  reportFailure(error, HELP);
}
