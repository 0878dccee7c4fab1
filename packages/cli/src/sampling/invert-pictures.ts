import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  contactSheet,
  encodeNpy,
  encodePng,
  type ImagesShape,
  requirePictureFits,
  sheetSize,
} from '@isonoise/picture';
import { interpolate, invert, type Model } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { writeOutput } from '../atomic-write.ts';
import { CliError } from '../errors.ts';
import { runtimeOptions } from '../machine-flags.ts';
import { refuseRun } from '../model-path.ts';
import { checkOutputFiles, type OutputFile } from '../outputs/check-outputs.ts';
import { duration, plural, table } from '../terminal/format.ts';
import { createProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writing } from '../write-error.ts';
import { animationBackdrop, encodeAnimation } from './denoising-animation.ts';
import type { InterpolateFlags, PictureFlags } from './picture-flags.ts';
import { isArrayFile, joinImages, type ReadImages, readArray, readImage } from './read-images.ts';

/**
 * `isonoise invert`: finds the noise of pictures, and measures how well the model draws the pictures from this
 * noise.
 */
export async function invertPictures(
  source: string,
  files: readonly string[],
  flags: PictureFlags,
  terminal: Terminal,
): Promise<void> {
  const { out } = flags;
  await withPictures(
    { verb: 'invert', runs: 2 },
    source,
    files,
    flags,
    [{ flag: '--out', path: out, format: 'NPY' }],
    terminal,
    async (model, pictures, shape) => {
      const { noise, sampler, errors } = await invert(model, pictures, requestOf(flags));
      await write(out, encodeNpy(noise, shape));
      if (flags.json === true) {
        terminal.json({ out, images: shape[0], sampler, steps: flags.steps, errors });
        return;
      }
      terminal.out(
        table([
          ['noise', `${shape[0]} in ${out}`],
          ['sampler', `${flags.sampler}; ${sampler} draws the pictures again`],
          ['error', errorText(errors)],
        ]),
      );
    },
  );
}

/** `isonoise interpolate`: draws images between two pictures. */
export async function interpolatePictures(
  source: string,
  files: readonly string[],
  flags: InterpolateFlags,
  terminal: Terminal,
): Promise<void> {
  const { out, gif, count } = flags;
  const outputs: OutputFile[] = [
    { flag: '--out', path: out, format: 'PNG' },
    ...(gif === undefined ? [] : [{ flag: '--gif', path: gif, format: 'GIF or APNG' as const }]),
  ];
  const work = { verb: 'interpolate', runs: 3 };
  await withPictures(
    work,
    source,
    files,
    flags,
    outputs,
    terminal,
    async (model, pictures, [given, ...image]) => {
      if (given !== 2)
        throw new CliError(
          'CLI_USAGE',
          `interpolate: got ${plural(given, 'picture')}; expected two. Pass two files.`,
        );
      // Sizes are checked before the images are drawn.
      const look = { columns: count };
      const frameLook = { gap: 0, scale: 4 };
      sheetSize([count, ...image], look);
      if (gif !== undefined) {
        const { width, height } = sheetSize([1, ...image], frameLook);
        requirePictureFits('--gif: the frames have', width, height, 2 * count - 2);
      }
      const { images, errors } = await interpolate(model, pictures, count, requestOf(flags));
      await write(out, encodePng(contactSheet(images, [count, ...image], look)));
      if (gif !== undefined) {
        const [channels] = image;
        const backdrop = animationBackdrop(
          gif,
          channels,
          null,
          channels === 4 ? 'transparent' : 'checkerboard',
        );
        const size = images.length / count;
        const frames = Array.from({ length: count }, (_, k) =>
          contactSheet(images.subarray(k * size, (k + 1) * size), [1, ...image], { ...frameLook, backdrop }),
        );
        // The animation runs forward, then backward, without repeating the first or last frame.
        await write(gif, encodeAnimation(gif, [...frames, ...frames.slice(1, -1).reverse()]));
      }
      if (flags.json === true) {
        terminal.json({ out, gif, images: count, sampler: flags.sampler, steps: flags.steps, errors });
        return;
      }
      terminal.out(
        table([
          ['images', `${count} in ${out}${gif === undefined ? '' : `, ${gif}`}`],
          ['error', errorText(errors)],
        ]),
      );
    },
  );
}

const errorText = (errors: readonly number[]): string =>
  `${errors.map((error) => error.toFixed(3)).join(', ')}: root mean square difference between the given and the redrawn pictures (at most 2)`;

const requestOf = ({ sampler, steps, tags, batchSize, class: chosen }: PictureFlags) => ({
  sampler,
  steps,
  batchSize,
  ...(tags === undefined ? {} : { tags }),
  ...(chosen === undefined ? {} : { class: chosen }),
});

/** The part of a model that drawing needs. */
type Drawing = Pick<Model, 'sample' | 'spec'>;

/** The verb, and how often it runs through all steps. */
interface PictureWork {
  readonly verb: string;
  readonly runs: number;
}

/** A model whose runs share a progress bar. */
interface Watched extends Drawing {
  /** Ends the progress bar. */
  stop(): void;
}

function watched(model: Drawing, { verb, runs }: PictureWork, terminal: Terminal): Watched {
  const began = performance.now();
  let bar: ReturnType<typeof createProgressBar> | undefined;
  let before = 0;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    spec: model.spec,
    async *sample(request) {
      for await (const step of model.sample(request)) {
        const total = runs * step.steps;
        const done = before + step.step;
        bar ??= createProgressBar(terminal, { label: verb, total });
        const left = ((performance.now() - began) / done) * (total - done);
        bar.update(done, `${duration(left / 1000)} left`);
        if (step.step === step.steps) before = done;
        // The bar ends before the results are printed.
        if (done === total) stop();
        yield step;
      }
    },
    stop,
  };
}

/** Opens the model, reads the pictures, and closes the model after use. */
async function withPictures(
  work: PictureWork,
  source: string,
  files: readonly string[],
  flags: PictureFlags,
  outputs: readonly OutputFile[],
  terminal: Terminal,
  use: (model: Drawing, pictures: Float32Array, shape: ImagesShape) => Promise<void>,
): Promise<void> {
  await checkOutputFiles(outputs, [source, ...files]);
  await refuseRun('sample', source);
  const model = await loadModel(source, runtimeOptions(flags));
  let shown: Watched | undefined;
  try {
    const read: ReadImages[] = [];
    for (const path of files) {
      const file = { flag: 'picture', path };
      read.push(
        await (isArrayFile(path)
          ? readArray(file, model.spec.image, 'an inversion')
          : readImage(file, model.spec.image, { fit: flags.fit })),
      );
    }
    for (const { notes } of read) for (const note of notes) terminal.warn(note);
    const pictures = joinImages(read);
    const { channels, height, width } = model.spec.image;
    const count = pictures.length / (channels * height * width);
    const { name, reason } = model.provider;
    terminal.note(
      `${terminal.colors.bold(`isonoise ${work.verb}`)} ${model.spec.name} on ${name} (${reason})`,
    );
    shown = watched(model, work, terminal);
    await use(shown, pictures, [count, channels, height, width]);
  } finally {
    shown?.stop();
    await model.dispose();
  }
}

async function write(path: string, data: Uint8Array): Promise<void> {
  await writing(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeOutput(path, data);
  });
}
