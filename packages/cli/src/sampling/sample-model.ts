import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ModelSpec } from '@isonoise/bundle';
import {
  type Backdrop,
  contactSheet,
  encodeNpy,
  encodePng,
  type Finish,
  finishImages,
  type Picture,
} from '@isonoise/picture';
import { defaultSampler, type GivenArrays, type Model, showClass, toSampleRequest } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import {
  decodeSampling,
  encodeSampling,
  fillKnown,
  type SamplerName,
  type SampleStep,
  type SamplingPlan,
  toSamplingStart,
} from '@isonoise/sampler';
import { CLEAN, type ImageShape } from '@isonoise/schedule';
import { writeOutput } from '../atomic-write.ts';
import { stoppedHint } from '../command-line.ts';
import { CliError, Interrupted } from '../errors.ts';
import { runtimeOptions } from '../machine-flags.ts';
import { refuseRun } from '../model-path.ts';
import { duration, plural, table } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { createProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writing } from '../write-error.ts';
import { canvasOf } from './canvas-of.ts';
import { checkFlags, outputsOf } from './check-flags.ts';
import { encodeAnimation } from './denoising-animation.ts';
import { DenoisingFrames } from './denoising-frames.ts';
import { finishOf } from './finish-images.ts';
import { imageNames } from './image-names.ts';
import { likeNotes, readRecord, recordTexts, startOfLike } from './image-record.ts';
import { wayBack, withNoiseFile } from './noise-file.ts';
import { readEdit } from './read-edit.ts';
import { type ReadStart, readStart } from './read-start.ts';
import { imagesOfOneTurn } from './request-of-flags.ts';
import { resumeCommand } from './resume-command.ts';
import type { SampleFlags } from './sample-flags.ts';
import { planSample, type SamplePlan } from './sample-plan.ts';
import { readStateText } from './state-file.ts';
import { isFolderName, requireNewFiles, writeAtlas, writeImages } from './write-images.ts';

/** `isonoise sample`: draws images with a model, and writes a sheet, an animation and an array. */
export async function sampleModel(source: string, requested: SampleFlags, terminal: Terminal): Promise<void> {
  await checkFlags(source, requested);
  await refuseRun('sample', source);
  const finish = await finishOf(source, requested);
  if (requested.guide !== undefined) await refuseRun('sample', requested.guide);
  const { resumeState, like } = requested;
  const state =
    resumeState === undefined
      ? undefined
      : decodeSampling(await readStateText(resumeState), `--resume-state ${resumeState}`);
  const record = like === undefined ? undefined : await readRecord(like, `--like ${like}`);
  const model = await loadModel(source, runtimeOptions(requested));
  let guide: Model | undefined;
  try {
    const sampler = (state ?? record)?.plan.sampler ?? requested.sampler ?? defaultSampler(model.spec);
    const flags = withNoiseFile(requested, sampler);
    if (flags !== requested) await checkFlags(source, flags);
    const size = record?.plan.shape ?? { ...model.spec.image, ...canvasOf(flags, model.spec.image) };
    const given = await readGiven(flags, model.spec, sampler, size);
    const saved =
      like === undefined || record === undefined ? state : startOfLike(record, like, model, given?.given);
    if (flags.guide !== undefined) guide = await loadModel(flags.guide, runtimeOptions(flags));
    const plan = planSample(model, flags, saved, guide, given);
    const names = imageNames(plan.plan, model.spec.classes?.names ?? []);
    if (isFolderName(flags.out) && flags.overwrite !== true) await requireNewFiles(flags.out, names);
    const { name, reason } = model.provider;
    const tags = tagTexts(plan.plan, model.spec).map(([label, text]) => `, ${label} ${text}`);
    const what = plan.chosen === null ? tags.join('') : `, ${showClass(plan.chosen)}`;
    terminal.note(
      `${terminal.colors.bold('isonoise sample')} ${model.spec.name}${what}${guide === undefined ? '' : `, guided by ${guide.spec.name}`} on ${name} (${reason})`,
    );
    for (const note of model.notes) terminal.note(`${terminal.colors.yellow('note')} ${note}`);
    for (const note of [...plan.notes, ...(record === undefined ? [] : likeNotes(record))])
      terminal.warn(note);
    const drawn =
      flags.distributed === true
        ? await drawByWorkers(source, model, flags, plan, terminal)
        : await draw(model, flags, plan, terminal);
    if (drawn.stopped) await stop(drawn, source, flags, plan, terminal);
    else {
      await write(
        {
          ...drawn,
          images: keepKnown(finishImages(drawn.last.x, plan.shape, finish), plan),
          finish,
          given: given?.given ?? {},
        },
        model,
        flags,
        plan,
        names,
        terminal,
      );
      const back = wayBack(source, flags, plan.plan, model.spec.tags?.names);
      if (back !== null) terminal.note(`to draw the images from their noise: ${back}`);
      if (isWithoutClass(flags, plan.plan, model.spec)) terminal.note(CLASS_NOTE);
    }
  } finally {
    await Promise.all([model.dispose(), guide?.dispose()]);
  }
}

/** Reads the images that the run starts from or changes; undefined if it starts from noise. */
async function readGiven(
  flags: SampleFlags,
  spec: ModelSpec,
  sampler: SamplerName,
  { channels, height, width }: ImageShape,
): Promise<ReadStart | undefined> {
  const shape = { channels, height, width };
  const { from, init, fit } = flags;
  if (init !== undefined) return readEdit(init, flags, shape, imagesOfOneTurn(flags, spec));
  return from === undefined ? undefined : readStart(from, shape, sampler, { fit });
}

/** Restores the pixels that a mask keeps, after `--palette`. */
function keepKnown(images: Float32Array, { known, shape: [count] }: SamplePlan): Float32Array {
  if (known === undefined) return images;
  const kept = images.slice();
  fillKnown(kept, count, known, CLEAN, kept);
  return kept;
}

/** Returns the names of each image's tags and of the negative tags; no fields for models without tags. */
function namedTags({ tags }: SamplingPlan, spec: ModelSpec): Readonly<Record<string, unknown>> {
  if (tags === undefined) return {};
  const named = (list: readonly number[]): readonly unknown[] => list.map((tag) => spec.tags?.names[tag]);
  return { tags: tags.images.map(named), without: named(tags.without) };
}

/** Maximum number of shown lists of tags. */
const MAX_LISTS = 40;

/** Returns the tags of the images and the negative tags, as rows of a table. */
function tagTexts({ tags }: SamplingPlan, spec: ModelSpec): readonly (readonly [string, string])[] {
  if (tags === undefined) return [];
  const text = (list: readonly number[]): string => list.map((tag) => spec.tags?.names[tag]).join(' + ');
  const lists = [...new Set(tags.images.map(text))];
  const shown = lists.slice(0, MAX_LISTS).map((list) => list || 'none');
  return [
    ['tags', `${shown.join(', ')}${lists.length > MAX_LISTS ? ', …' : ''}`],
    ...(tags.without.length === 0 ? [] : [['without', text(tags.without)] as const]),
  ];
}

/** Note for images without a class, which are often unclear. */
const CLASS_NOTE = 'the images have no class; --class all draws clearer images, of every class in turn';

/**
 * Whether images were drawn from noise without a class by a model that has classes and guidance.
 */
function isWithoutClass({ guide }: SampleFlags, plan: SamplingPlan, { classes }: ModelSpec): boolean {
  const none = classes?.nullClass ?? null;
  if (none === null || guide !== undefined || plan.start !== 'noise') return false;
  return plan.classLabels?.every((label) => label === none) ?? false;
}

interface Drawn {
  readonly last: SampleStep;
  readonly frames: DenoisingFrames;
  /** Whether sampling ended before the last step. */
  readonly stopped: boolean;
  /** The signal that stopped sampling; null if no signal did. */
  readonly interrupted: NodeJS.Signals | null;
  readonly seconds: number;
  readonly stepsDone: number;
  /** What drew the images, for the user. */
  readonly where: string;
}

/** Lets workers draw the images. The module of jobs is loaded here, because other commands do not need it. */
async function drawByWorkers(
  source: string,
  { spec, sha256 }: Model,
  flags: SampleFlags,
  { request }: SamplePlan,
  terminal: Terminal,
): Promise<Drawn> {
  const { drawDistributed } = await import('../jobs/draw-distributed.ts');
  const start = toSamplingStart(
    'from' in request
      ? { from: request.from }
      : { ...toSampleRequest(spec, request), ...(sha256 === undefined ? {} : { model: sha256 }) },
  );
  const { last, seconds, by } = await drawDistributed(source, start, flags, terminal);
  const stepsDone = last.steps - start.nextStep;
  const where = plural(new Set([...by.values()].map(({ worker }) => worker)).size, 'worker');
  return {
    last,
    frames: new DenoisingFrames(),
    stopped: false,
    interrupted: null,
    seconds,
    stepsDone,
    where,
  };
}

async function draw(model: Model, flags: SampleFlags, plan: SamplePlan, terminal: Terminal): Promise<Drawn> {
  const interrupt = listenForInterrupt(() =>
    terminal.note('\nstopping after this step; press Ctrl-C again to quit at once'),
  );
  const frames = new DenoisingFrames();
  const began = performance.now();
  let bar: ReturnType<typeof createProgressBar> | undefined;
  let last: SampleStep | undefined;
  let stepsDone = 0;
  try {
    for await (const step of model.sample({
      ...plan.request,
      batchSize: flags.batchSize,
      clock: () => performance.now(),
    })) {
      last = step;
      stepsDone++;
      bar ??= createProgressBar(terminal, { label: 'sample', total: step.steps });
      bar.update(step.step, pace(step, stepsDone));
      const { animation } = plan;
      if (animation !== null) frames.add(step.step, step.steps, () => sheet(step.x, plan, animation));
      if (interrupt.signal.aborted || stepsDone === flags.stopAfter) break;
    }
  } finally {
    bar?.stop();
    interrupt.dispose();
  }
  if (last === undefined)
    throw new CliError(
      'CLI_USAGE',
      '--resume-state: the saved run has no steps left; expected an unfinished run. Choose a different state.',
    );
  const stopped = last.step < last.steps;
  const seconds = (performance.now() - began) / 1000;
  const interrupted = interrupt.signal.aborted ? interrupt.by : null;
  return { last, frames, stopped, interrupted, seconds, stepsDone, where: model.provider.name };
}

function pace({ elapsedMs = 0, remainingMs = 0 }: SampleStep, stepsDone: number): string {
  return `${((1000 * stepsDone) / elapsedMs).toFixed(1)} steps/s · ${duration(remainingMs / 1000)} left`;
}

async function write(
  {
    last,
    frames,
    seconds,
    stepsDone,
    where,
    images: x,
    finish,
    given,
  }: Drawn & { readonly images: Float32Array; readonly finish: Finish; readonly given: GivenArrays },
  { provider, spec }: Model,
  flags: SampleFlags,
  plan: SamplePlan,
  names: readonly string[],
  terminal: Terminal,
): Promise<void> {
  const { out, atlas, gif, npy, saveState } = flags;
  const texts = recordTexts(last.save(), flags, finish, given);
  const imageFiles = { images: x, shape: plan.shape, names, texts, write: writeFileAt };
  if (isFolderName(out))
    await writeImages(out, imageFiles, {
      scale: flags.scale ?? 1,
      backdrop: flags.background ?? 'transparent',
    });
  else await writeFileAt(out, encodePng(sheet(x, plan), { text: texts?.all }));
  if (atlas !== undefined) await writeAtlas(atlas, imageFiles, plan.sheet.columns);
  if (gif !== undefined) await writeFileAt(gif, encodeAnimation(gif, frames.frames));
  if (npy !== undefined) await writeFileAt(npy, encodeNpy(x, plan.shape));
  if (saveState !== undefined) await writeFileAt(saveState, encodeSampling(last.save()));
  const [images] = plan.shape;
  const { steps } = last;
  const { chosen, notes } = plan;
  const { sampler, guidance } = plan.plan;
  const stepsPerSecond = stepsDone / seconds;
  if (flags.json === true) {
    const files = { out, atlas, gif, npy, saveState };
    const tags = namedTags(plan.plan, spec);
    terminal.json({
      ...files,
      ...(isFolderName(out) && { names }),
      images,
      class: chosen,
      ...tags,
      sampler,
      steps,
      guidance,
      seconds,
      stepsPerSecond,
      provider,
      notes,
    });
    return;
  }
  const files = [
    out,
    ...outputsOf(flags)
      .slice(1)
      .map(({ path }) => path),
  ];
  terminal.out(
    table([
      ['images', `${images} in ${files.join(', ')}`],
      ...(chosen === null ? [] : [['class', showClass(chosen)] as const]),
      ...tagTexts(plan.plan, spec),
      ['sampler', `${sampler}, ${plural(steps, 'step')}${guidance === 1 ? '' : `, guidance ${guidance}`}`],
      [
        'time',
        `${duration(seconds)}: ${plural(stepsDone, 'step')}, ${stepsPerSecond.toFixed(1)} per second, on ${where}`,
      ],
    ]),
  );
}

/** Saves the state of a stopped run, and reports how to resume it. */
async function stop(
  { last, interrupted }: Drawn,
  source: string,
  flags: SampleFlags,
  { notes }: SamplePlan,
  terminal: Terminal,
): Promise<void> {
  const { saveState, json } = flags;
  const { step, steps } = last;
  const at = `stopped after step ${step} of ${steps}`;
  const document = { stopped: true, step, steps, saveState, notes };
  // --stop-after requires --save-state, so without --save-state a signal is the reason.
  if (saveState === undefined)
    throw new Interrupted(`${at}; nothing was written`, interrupted ?? 'SIGINT', { document });
  await writeFileAt(saveState, encodeSampling(last.save()));
  const resume = resumeCommand(source, saveState, flags);
  const message = stoppedHint(at, resume);
  if (interrupted !== null)
    throw new Interrupted(message, interrupted, { document: { ...document, resume } });
  if (json === true) terminal.json({ ...document, resume });
  terminal.note(message);
}

function sheet(
  images: Float32Array,
  { shape, sheet: options }: SamplePlan,
  backdrop: Backdrop = options.backdrop,
): Picture {
  return contactSheet(images, shape, { ...options, backdrop });
}

async function writeFileAt(path: string, data: Uint8Array | string): Promise<void> {
  await writing(path, () => mkdir(dirname(path), { recursive: true }));
  await writeOutput(path, data);
}
