// `pnpm pictures`: draws sets of pictures for training, and measures the pictures that trained models draw.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { encodePng } from '@isonoise/picture';
import { writeOutput } from '../../packages/cli/src/atomic-write.ts';
import { reportFailure } from '../report-failure.ts';
import { measureModelOfTextures, type SeamsRow } from './measure-seams.ts';
import { measureModelOfSprites, type SpritesRow } from './measure-sprites.ts';
import { COMMANDS, type CommandName, type PicturesOptions, parseOptions } from './options.ts';
import { type QuizScore, scoreQuiz, writeQuiz } from './recognition.ts';
import { drawSprite } from './sprites.ts';
import { drawStones } from './stones.ts';

const HELP = `pnpm pictures <command> [flags]

Commands:
${Object.entries(COMMANDS)
  .map(([name, what]) => `  ${name.padEnd(13)} ${what}`)
  .join('\n')}

Flags, each of which only some commands read:
  --count n     number of sprites (default: 150), of textures (64) or of images in a quiz (100)
  --seed n      seed of the pictures (default: 0)
  --side n      width and height of the texture of stones in pixels, from 36 to 2048 (default: 512)
  --palette p   colours of the sprites: day or night (default: day)
  --steps n     sampling steps (default: those of the sampler)
  --guidance g  guidance scale of quiz, from 0 to 100 (default: that of isonoise)
  --dataset d   folder of training images (default: data/icons for quiz, otherwise data/sprites)
  --held-out d  folder of sprites that were not used in training (default: data/sprites-held-out)
  --chromium    seams also draws in Chromium
  --out path    folder or picture to write (sprites and seams write nothing without it)

Examples:
  pnpm pictures draw-sprites --out data/sprites
  pnpm pictures draw-sprites --out data/sprites-held-out --seed 1
  pnpm train --dataset data/sprites --preset sprites
  pnpm export-onnx runs/sprites --out models/sprites
  pnpm pictures sprites models/sprites --out out/sprites

  pnpm pictures draw-stones --side 1024 --out data/stones.png
  pnpm train --dataset data/stones.png --size 64 --fit seamless --tileable --preset textures
  pnpm export-onnx runs/stones --out models/stones
  pnpm pictures seams models/stones

  pnpm pictures quiz models/icons --dataset data/icons --guidance 2.5 --out out/quiz
  pnpm pictures score out/quiz`;

const RUN: { readonly [C in CommandName]: (options: PicturesOptions) => Promise<void> } = {
  async 'draw-sprites'({ out = '', count, seed, palette }) {
    await mkdir(out, { recursive: true });
    for (let i = 0; i < count; i++)
      await writeOutput(
        path.join(out, `${String(i).padStart(4, '0')}.png`),
        encodePng(drawSprite(seed, i, palette)),
      );
  },
  async 'draw-stones'({ out = '', side, seed }) {
    await mkdir(path.dirname(out), { recursive: true });
    await writeOutput(out, encodePng(drawStones(side, seed)));
  },
  async sprites({ model, dataset, heldOut, seed, steps, out }) {
    if (out !== undefined) await mkdir(out, { recursive: true });
    console.table(
      (await measureModelOfSprites({ model, training: dataset, heldOut, seed, steps, out })).map(spritesRow),
    );
  },
  async seams({ model, count, seed, steps, chromium, out }) {
    if (out !== undefined) await mkdir(out, { recursive: true });
    console.table((await measureModelOfTextures({ model, count, seed, steps, chromium, out })).map(seamsRow));
  },
  async quiz({ model, dataset, count, seed, steps, guidance, out = '' }) {
    await writeQuiz({ model, dataset, count, seed, steps, guidance, out });
  },
  async score({ model }) {
    console.table([quizRow(await scoreQuiz(model))]);
  },
};

function quizRow({ real, drawn, ratio }: QuizScore) {
  return { real: percent(real), drawn: percent(drawn), 'drawn ÷ real': ratio.toFixed(3) };
}

function spritesRow({ images, share, asymmetry, copies, distance, accuracy, kid }: SpritesRow) {
  return {
    images,
    'palette only': percent(share.palette),
    'alpha 0 or 255': percent(share.alpha),
    'clear border': percent(share.border),
    'no specks': percent(share.whole),
    'all four': percent(share.all),
    '|x − mirrored x|': asymmetry.toFixed(3),
    copies,
    'pixels unlike training': percent(distance),
    'two-sample test (features)': percent(accuracy.features),
    'two-sample test (pixels)': percent(accuracy.pixels),
    'KID × 1000': (1000 * kid).toFixed(1),
  };
}

function seamsRow({ runtime, ratio, ratioAtPeriod, rank, visible, difference }: SeamsRow) {
  return {
    runtime,
    'edge ÷ inside': ratio.toFixed(3),
    'edge ÷ inside at multiples of 4 pixels': ratioAtPeriod.toFixed(3),
    rank: percent(rank),
    'above 95 % of the inside': percent(visible),
    'difference from Node': difference.toExponential(1),
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) console.log(HELP);
  else await RUN[options.command](options);
} catch (error) {
  reportFailure(error, HELP);
}
