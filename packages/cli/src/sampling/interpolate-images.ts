import {
  contactSheet,
  encodeNpy,
  encodePng,
  type ImagesShape,
  requirePictureFits,
  sheetSize,
} from '@isonoise/picture';
import {
  givenOf,
  type ImageRecord,
  imageRecord,
  interpolate,
  interpolationRecord,
  isInversionText,
  type Model,
  RunSequence,
  requestBetween,
  toSampleRequest,
} from '@isonoise/runtime';
import {
  decodeSampling,
  encodeSampling,
  planSampling,
  requireSavable,
  type SavedSampling,
} from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import type { OutputFile } from '../outputs/check-outputs.ts';
import { type Content, type Outputs, writeOutputs } from '../outputs/write-outputs.ts';
import { plural, table } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { canvasOf } from './canvas-of.ts';
import { animationBackdrop, encodeAnimation } from './denoising-animation.ts';
import { endsOf, hasEnds } from './ends-of-flags.ts';
import { errorText } from './invert-pictures.ts';
import {
  checkPictureFlags,
  readInversion,
  readPictures,
  shapeOf,
  takeInversion,
  withModel,
} from './open-pictures.ts';
import { DEFAULT_BETWEEN, type InterpolateFlags } from './picture-flags.ts';
import { textOf } from './record-texts.ts';
import { readStateText } from './state-file.ts';
import { takeStoppable } from './stoppable-runs.ts';

/** `isonoise interpolate`: draws images between two pictures, seeds, classes or lists of tags. */
export async function interpolateImages(
  source: string,
  files: readonly string[],
  flags: InterpolateFlags,
  terminal: Terminal,
): Promise<void> {
  const { out, gif, npy, resumeState } = flags;
  const named: OutputFile[] = [
    { flag: '--out', path: out, format: 'PNG' },
    ...(gif === undefined ? [] : [{ flag: '--gif', path: gif, format: 'GIF or APNG' as const }]),
    ...(npy === undefined ? [] : [{ flag: '--npy', path: npy, format: 'NPY' as const }]),
  ];
  const outputs = await checkPictureFlags(source, files, flags, named);
  if (resumeState !== undefined) {
    const text = await readStateText(resumeState);
    if (!isInversionText(text)) {
      const from = decodeSampling(text, `--resume-state ${resumeState}`);
      await withModel('interpolate', source, flags, terminal, (model) =>
        between(model, { from }, source, flags, outputs, terminal),
      );
      return;
    }
  } else if (hasEnds(flags, files)) {
    const ends = endsOf(flags, files);
    await withModel('interpolate', source, flags, terminal, (model) => {
      const canvas = canvasOf(flags, model.spec.image);
      return between(
        model,
        requestBetween(model.spec, { ...ends, canvas }),
        source,
        flags,
        outputs,
        terminal,
      );
    });
    return;
  }
  const saved = resumeState === undefined ? undefined : await readInversion(resumeState, 'interpolate');
  await withModel('interpolate', source, flags, terminal, async (model) => {
    const { count = DEFAULT_BETWEEN } = saved ?? flags;
    const given = saved ?? {
      ...(await readPictures(model, files, flags, canvasOf(flags, model.spec.image), terminal)),
      count,
    };
    const [pictures, ...image] = shapeOf(model, given);
    if (pictures !== 2)
      throw new CliError(
        'CLI_USAGE',
        `interpolate: got ${plural(pictures, 'picture')}; expected two. Pass two files.`,
      );
    requireSizes([count, ...image], gif);
    const record = interpolationRecord(model, given.pictures, count, given.options);
    const text = textFor(record, flags);
    const work = { verb: 'interpolate', runs: 3, source, flags, outputs } as const;
    const drawn = await takeInversion(model, given, work, terminal, (options) =>
      interpolate(model, given.pictures, count, options),
    );
    if (drawn === undefined) return;
    const { sampler, steps } = record.plan;
    const facts = {
      sampler,
      inverse: record.given?.sampler,
      steps: steps.length,
      errors: drawn.errors,
      text,
    };
    await write(drawn.images, [count, ...image], facts, flags, outputs, terminal);
  });
}

/** Draws images between two seeds, classes or lists of tags. */
async function between(
  model: Model,
  request: ReturnType<typeof requestBetween> | { readonly from: SavedSampling },
  source: string,
  flags: InterpolateFlags,
  outputs: Outputs,
  terminal: Terminal,
): Promise<void> {
  const { batchSize, gif, saveState } = flags;
  const plan = 'from' in request ? request.from.plan : planSampling(toSampleRequest(model.spec, request));
  const { channels, height, width } = plan.shape;
  const shape = [plan.images.length, channels, height, width] as const;
  requireSizes(shape, gif);
  const text = textFor(
    'from' in request
      ? imageRecord(request.from)
      : imageRecord(
          { plan, ...(model.sha256 === undefined ? {} : { model: model.sha256 }) },
          { given: givenOf(request, channels * height * width, height * width) },
        ),
    flags,
  );
  if (saveState !== undefined) requireSavable(plan);
  const encode = (at: { readonly step: { save(): SavedSampling } }): string => encodeSampling(at.step.save());
  const work = { verb: 'interpolate', runs: 1, source, flags, outputs, encode } as const;
  const images = await takeStoppable(work, terminal, ({ signal, onStep }) =>
    new RunSequence(model, 'from' in request ? { done: [], run: request.from } : undefined, onStep).take({
      ...request,
      batchSize,
      signal,
    }),
  );
  if (images === undefined) return;
  const { sampler, steps, guidance } = plan;
  await write(images, shape, { sampler, steps: steps.length, guidance, text }, flags, outputs, terminal);
}

const sheetLook = (columns: number): { readonly columns: number } => ({ columns });
const FRAME_LOOK = { gap: 0, scale: 4 } as const;

/**
 * Checks the sizes of sheet and animation before the images are drawn. @throws `PICTURE_TOO_LARGE` if one is
 * too large
 */
function requireSizes([count, ...image]: ImagesShape, gif: string | undefined): void {
  sheetSize([count, ...image], sheetLook(count));
  if (gif === undefined) return;
  const { width, height } = sheetSize([1, ...image], FRAME_LOOK);
  requirePictureFits('--gif: the frames have', width, height, 2 * count - 2);
}

/** Returns the request as text for the sheet; undefined with `--no-metadata`. */
const textFor = (record: ImageRecord, { metadata }: InterpolateFlags): Facts['text'] =>
  metadata === false ? undefined : textOf(record);

/** Facts about how images were drawn. */
interface Facts {
  /** The sampler that drew the images. */
  readonly sampler: string;
  /** The inverse sampler that turned both pictures into noise; absent for images between seeds, classes or tags. */
  readonly inverse?: string | undefined;
  readonly steps: number;
  readonly guidance?: number;
  readonly errors?: readonly number[];
  /** The request, as text for the sheet; undefined with `--no-metadata`. */
  readonly text: Readonly<Record<string, string>> | undefined;
}

async function write(
  images: Float32Array,
  [count, ...image]: ImagesShape,
  { text, ...facts }: Facts,
  { out, gif, npy, json }: InterpolateFlags,
  outputs: Outputs,
  terminal: Terminal,
): Promise<void> {
  const sheet = contactSheet(images, [count, ...image], sheetLook(count));
  const contents: Content[] = [[out, encodePng(sheet, { text })]];
  if (gif !== undefined) contents.push([gif, animationOf(images, [count, ...image], gif)]);
  if (npy !== undefined) contents.push([npy, encodeNpy(images, [count, ...image])]);
  await writeOutputs(outputs, contents);
  if (json === true) {
    terminal.json({ out, gif, npy, images: count, ...facts });
    return;
  }
  const { sampler, inverse, steps, guidance = 1, errors } = facts;
  terminal.out(
    table([
      ['images', `${count} in ${[out, gif, npy].filter((path) => path !== undefined).join(', ')}`],
      ['sampler', `${sampler}, ${plural(steps, 'step')}${guidance === 1 ? '' : `, guidance ${guidance}`}`],
      ...(inverse === undefined
        ? []
        : [['inverse', `${inverse}, ${plural(steps, 'step')}: turned both pictures into noise`] as const]),
      ...(errors === undefined ? [] : [['error', errorText(errors)] as const]),
    ]),
  );
}

/**
 * Encodes an animation that runs forward and then backward. The first and the last frame are not repeated.
 */
function animationOf(images: Float32Array, [count, ...image]: ImagesShape, path: string): Uint8Array {
  const [channels] = image;
  const backdrop = animationBackdrop(path, channels, null, channels === 4 ? 'transparent' : 'checkerboard');
  const size = images.length / count;
  const frames = Array.from({ length: count }, (_, k) =>
    contactSheet(images.subarray(k * size, (k + 1) * size), [1, ...image], { ...FRAME_LOOK, backdrop }),
  );
  return encodeAnimation(path, [...frames, ...frames.slice(1, -1).reverse()]);
}
