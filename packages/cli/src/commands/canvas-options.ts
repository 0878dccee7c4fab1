import type { Command } from 'commander';
import { parseCanvas } from '../sampling/canvas-of.ts';
import { whole } from '../terminal/arguments.ts';

/** Adds the options of pictures that are larger than the images of the model. */
export const addCanvasOptions = (command: Command): Command =>
  command
    .optionsGroup('Larger pictures:')
    .option(
      '--canvas <size>',
      "width and height, such as 96x64, at least those of the model: the model draws overlapping windows, and each takes as long as an image (default: the model's size)",
      parseCanvas,
    )
    .option(
      '--stride <n>',
      "pixels from one window to the next; small values give fewer seams and take longer (default: half of the model's shorter side)",
      whole(1),
    )
    .option('--tile', 'let windows cross the borders, so that copies of the picture fit side by side');
