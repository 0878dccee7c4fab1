import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { contactSheet, encodeNpy, encodePng, type ImagesShape } from '@isonoise/picture';
import { interpolate, invert, type Model } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { writeOutput } from '../atomic-write.ts';
import { CliError } from '../errors.ts';
import { runtimeOptions } from '../machine-flags.ts';
import { refuseRun } from '../model-path.ts';
import { checkOutputFiles, type OutputFile } from '../outputs/check-outputs.ts';
import { table } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writing } from '../write-error.ts';
import { animationBackdrop, encodeAnimation } from './denoising-animation.ts';
import type { InterpolateFlags, PictureFlags } from './picture-flags.ts';
import { isArrayFile, joinImages, type ReadImages, readArray, readImage } from './read-images.ts';

/** `isonoise invert`: turns pictures into noise, and measures how well they are drawn again. */
export async function invertPictures(
  source: string,
  files: readonly string[],
  flags: PictureFlags,
  terminal: Terminal,
): Promise<void> {
  const { out } = flags;
  await withPictures(
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
  await withPictures(source, files, flags, outputs, terminal, async (model, pictures, [given, ...image]) => {
    if (given !== 2)
      throw new CliError('CLI_USAGE', `interpolate: got ${given} pictures; expected two. Name two files.`);
    const { images, errors } = await interpolate(model, pictures, count, requestOf(flags));
    await write(out, encodePng(contactSheet(images, [count, ...image], { columns: count })));
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
        contactSheet(images.subarray(k * size, (k + 1) * size), [1, ...image], {
          gap: 0,
          scale: 4,
          backdrop,
        }),
      );
      // There and back, without either end twice.
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
  });
}

const errorText = (errors: readonly number[]): string =>
  `${errors.map((error) => error.toFixed(3)).join(', ')}: root mean square difference of the pictures drawn again, of 2 at most`;

const requestOf = ({ sampler, steps, tags, batchSize, class: chosen }: PictureFlags) => ({
  sampler,
  steps,
  batchSize,
  ...(tags === undefined ? {} : { tags }),
  ...(chosen === undefined ? {} : { class: chosen }),
});

/** Opens the model, reads the pictures, and closes the model after use. */
async function withPictures(
  source: string,
  files: readonly string[],
  flags: PictureFlags,
  outputs: readonly OutputFile[],
  terminal: Terminal,
  use: (model: Model, pictures: Float32Array, shape: ImagesShape) => Promise<void>,
): Promise<void> {
  await checkOutputFiles(outputs, [source, ...files]);
  await refuseRun('sample', source);
  const model = await loadModel(source, runtimeOptions(flags));
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
    await use(model, pictures, [count, channels, height, width]);
  } finally {
    await model.dispose();
  }
}

async function write(path: string, data: Uint8Array): Promise<void> {
  await writing(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeOutput(path, data);
  });
}
