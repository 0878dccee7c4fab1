import type { ImagesShape } from '@isonoise/picture';
import {
  decodeInversion,
  encodeInversion,
  type InvertOptions,
  type Model,
  pictureShape,
  requireSavableInversion,
  type SavedInversion,
} from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import type { Canvas } from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import { runtimeOptions } from '../machine-flags.ts';
import { refuseOther } from '../model-path.ts';
import { checkOutputFiles, type OutputFile } from '../outputs/check-outputs.ts';
import type { Outputs } from '../outputs/write-outputs.ts';
import { dashed } from '../terminal/dashed.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { requireWindows } from './check-canvas.ts';
import { type InterpolateFlags, PICTURE_DEFAULTS, type PictureFlags } from './picture-flags.ts';
import { isArrayFile, joinImages, type ReadImages, readArray, readImage } from './read-images.ts';
import { readStateText } from './state-file.ts';
import { type Stoppable, takeStoppable } from './stoppable-runs.ts';

/** Flags whose values a saved state contains. */
const SAVED_FLAGS: readonly (keyof InterpolateFlags)[] = [
  'class',
  'tags',
  'sampler',
  'steps',
  'fit',
  'count',
  'seed',
  'seeds',
  'classes',
  'guidance',
  'canvas',
  'stride',
  'tile',
];

/**
 * Checks the options for states and outputs that `invert` and `interpolate` share.
 *
 * @param files the pictures
 * @param outputs the outputs of the verb, except the state
 * @returns all outputs
 * @throws `CLI_USAGE` if options contradict each other; errors of {@link checkOutputFiles}
 */
export async function checkPictureFlags(
  source: string,
  files: readonly string[],
  flags: PictureFlags & Partial<InterpolateFlags>,
  outputs: readonly OutputFile[],
): Promise<Outputs> {
  const { saveState, stopAfter, resumeState } = flags;
  const extra = [
    ...files,
    ...SAVED_FLAGS.flatMap((name) => (flags[name] === undefined ? [] : [dashed(name)])),
  ];
  if (resumeState !== undefined && extra.length > 0)
    fail(
      `--resume-state: got ${extra.join(', ')} too; expected only the saved state, which determines what is drawn. ` +
        `Leave out ${extra.join(', ')}.`,
    );
  requireWindows(flags, '--canvas or --tile');
  if (stopAfter !== undefined && saveState === undefined)
    fail(
      '--stop-after: got no file for the state; expected --save-state. Add --save-state <file>, or leave --stop-after out.',
    );
  const state: readonly OutputFile[] =
    saveState === undefined ? [] : [{ flag: '--save-state', path: saveState, format: 'JSON' }];
  const all = { files: [...outputs, ...state], inputs: [source, ...files], overwrite: flags.overwrite };
  await checkOutputFiles(all.files, all.inputs, all.overwrite);
  return all;
}

/** Opens a model for `invert` or `interpolate`, and closes it after use. */
export async function withModel<T>(
  verb: string,
  source: string,
  flags: PictureFlags,
  terminal: Terminal,
  use: (model: Model) => Promise<T>,
): Promise<T> {
  await refuseOther(verb, source);
  const model = await loadModel(source, runtimeOptions(flags));
  try {
    const { name, reason } = model.provider;
    terminal.note(`${terminal.colors.bold(`isonoise ${verb}`)} ${model.spec.name} on ${name} (${reason})`);
    return await use(model);
  } finally {
    await model.dispose();
  }
}

/** Pictures to invert, or a saved inversion of them. */
export type Inverting = Omit<SavedInversion, 'runs'> & Partial<Pick<SavedInversion, 'runs'>>;

/** Reads the given pictures. @throws `CLI_USAGE` if pictures are missing or cannot be read */
export async function readPictures(
  { spec }: Model,
  files: readonly string[],
  { class: chosen, tags, fit, canvas: _, ...flags }: PictureFlags,
  canvas: Canvas | undefined,
  terminal: Terminal,
): Promise<Inverting> {
  if (files.length === 0)
    fail('pictures are missing; expected their files, or --resume-state. Name a picture.');
  if (tags !== undefined && tags.length > 1)
    fail(
      '--tags: has several lists for pictures; expected one list, which describes all of them. Leave out the semicolon.',
    );
  const shape = pictureShape(spec.image, canvas);
  const read: ReadImages[] = [];
  for (const path of files) {
    const file = { flag: 'picture', path };
    read.push(
      await (isArrayFile(path) ? readArray(file, shape, 'an inversion') : readImage(file, shape, { fit })),
    );
  }
  for (const { notes } of read) for (const note of notes) terminal.warn(note);
  const { sampler, steps } = { ...PICTURE_DEFAULTS, ...flags };
  return {
    options: {
      sampler: sampler ?? PICTURE_DEFAULTS.sampler,
      steps: steps ?? PICTURE_DEFAULTS.steps,
      ...(chosen === undefined ? {} : { class: chosen }),
      ...(tags === undefined ? {} : { tags: tags[0] ?? [] }),
      ...(canvas === undefined ? {} : { canvas }),
    },
    pictures: joinImages(read),
  };
}

/**
 * Reads a saved inversion or interpolation.
 *
 * @throws `CLI_USAGE` if the file cannot be read or belongs to the other verb; `RUNTIME_SAVED` if the file is not a valid
 *   state
 */
export async function readInversion(path: string, verb: 'invert' | 'interpolate'): Promise<Inverting> {
  const saved = decodeInversion(await readStateText(path), `--resume-state ${path}`);
  const own = saved.count === undefined ? 'invert' : 'interpolate';
  if (own !== verb)
    fail(`--resume-state ${path}: is a state of ${own}; expected one of ${verb}. Use pnpm ${own}.`);
  return saved;
}

/** Returns the shape of the pictures. */
export function shapeOf(
  { spec }: Model,
  { pictures, options: { canvas } }: Pick<Inverting, 'pictures' | 'options'>,
): ImagesShape {
  const { channels, height, width } = pictureShape(spec.image, canvas);
  return [pictures.length / (channels * height * width), channels, height, width];
}

/**
 * Executes the runs of an inversion, which can be stopped.
 *
 * @returns undefined if the runs were stopped
 * @throws `RUNTIME_REQUEST` before the first run, if the state would be too large for `--save-state`
 */
export async function takeInversion<T>(
  { spec }: Model,
  { options, ...given }: Inverting,
  work: Omit<Stoppable, 'encode'>,
  terminal: Terminal,
  take: (options: InvertOptions) => Promise<T>,
): Promise<T | undefined> {
  const { pictures, count } = given;
  if (work.flags.saveState !== undefined) requireSavableInversion(spec, { options, pictures, count });
  const encode: Stoppable['encode'] = (at) => encodeInversion({ pictures, count, options, runs: at.save() });
  return takeStoppable({ ...work, encode }, terminal, (hooks) =>
    take({ ...options, ...hooks, batchSize: work.flags.batchSize, saved: given.runs }),
  );
}

function fail(problem: string): never {
  throw new CliError('CLI_USAGE', problem);
}
