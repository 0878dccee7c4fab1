import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  contactSheet,
  encodeGif,
  encodeNpy,
  encodePng,
  type ImagesShape,
  type Picture,
  sheetScale,
} from '@isonoise/picture';
import type { Model } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { decodeSampling, encodeSampling, type SampleStep, type SavedSampling } from '@isonoise/sampler';
import { atomicWrite } from '../atomic-write.ts';
import { CliError, Interrupted } from '../cli-error.ts';
import { commandLine } from '../command-line.ts';
import { runtimeOptions } from '../machine-flags.ts';
import { duration, table } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { createProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { DenoisingFrames } from './denoising-frames.ts';
import { DRAWING_FLAGS, type SampleFlags } from './sample-flags.ts';
import { columnsOf, requestOfFlags } from './sample-request.ts';

/** `isonoise sample`: images of a model as a sheet, an animation and an array. */
export async function sampleModel(source: string, flags: SampleFlags, terminal: Terminal): Promise<void> {
  const saved = flags.resumeState === undefined ? undefined : await readState(flags, flags.resumeState);
  requireSense(flags);
  const model = await loadModel(source, runtimeOptions(flags));
  try {
    const { name, reason } = model.provider;
    terminal.note(`${terminal.colors.bold('isonoise sample')} ${model.spec.name} on ${name} (${reason})`);
    for (const note of model.notes) terminal.note(`${terminal.colors.yellow('note')} ${note}`);
    const drawn = await draw(model, flags, saved, terminal);
    if (drawn.stopped) await stop(drawn, source, flags, terminal);
    else await write(drawn, model, flags, terminal);
  } finally {
    await model.dispose();
  }
}

interface Drawn {
  readonly last: SampleStep;
  readonly frames: DenoisingFrames;
  /** Whether it ended before the last step, and by a signal. */
  readonly stopped: boolean;
  readonly interrupted: boolean;
  readonly seconds: number;
  readonly stepsDone: number;
}

async function draw(
  model: Model,
  flags: SampleFlags,
  saved: SavedSampling | undefined,
  terminal: Terminal,
): Promise<Drawn> {
  const what = saved === undefined ? requestOfFlags(flags, model.spec) : { from: saved };
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
      ...what,
      batchSize: flags.batchSize,
      clock: () => performance.now(),
    })) {
      last = step;
      stepsDone++;
      bar ??= createProgressBar(terminal, { label: 'sample', total: step.steps });
      bar.update(step.step, pace(step, stepsDone));
      if (flags.gif !== undefined) frames.add(step.step, step.steps, () => sheet(step.x, model, flags));
      if (interrupt.signal.aborted || stepsDone === flags.stopAfter) break;
    }
  } finally {
    bar?.stop();
    interrupt.dispose();
  }
  if (last === undefined)
    throw new CliError('USAGE', '--resume-state: all its steps are done; there is nothing left to draw.');
  const stopped = last.step < last.steps;
  const seconds = (performance.now() - began) / 1000;
  return { last, frames, stopped, interrupted: interrupt.signal.aborted, seconds, stepsDone };
}

function pace({ elapsedMs = 0, remainingMs = 0 }: SampleStep, stepsDone: number): string {
  return `${((1000 * stepsDone) / elapsedMs).toFixed(1)} steps/s · ${duration(remainingMs / 1000)} left`;
}

async function write(drawn: Drawn, model: Model, flags: SampleFlags, terminal: Terminal): Promise<void> {
  const { last, frames, seconds, stepsDone } = drawn;
  const { out, gif, npy, saveState } = flags;
  await writeFileAt(out, encodePng(sheet(last.x, model, flags)));
  if (gif !== undefined) await writeFileAt(gif, encodeGif(frames.frames));
  if (npy !== undefined) await writeFileAt(npy, encodeNpy(last.x, shapeOf(last.x, model)));
  if (saveState !== undefined) await writeFileAt(saveState, encodeSampling(last.save()));
  const [images] = shapeOf(last.x, model);
  const stepsPerSecond = stepsDone / seconds;
  const { provider } = model;
  if (flags.json === true) {
    const files = { out, gif, npy, saveState };
    terminal.out(JSON.stringify({ ...files, images, steps: last.steps, seconds, stepsPerSecond, provider }));
    return;
  }
  const files = [out, gif, npy, saveState].filter((path) => path !== undefined);
  terminal.out(
    table([
      ['images', `${images} in ${files.join(', ')}`],
      [
        'time',
        `${duration(seconds)}: ${stepsDone} steps, ${stepsPerSecond.toFixed(1)} a second, on ${provider.name}`,
      ],
    ]),
  );
}

/** Stopped early: the state is what there is to keep. */
async function stop(drawn: Drawn, source: string, flags: SampleFlags, terminal: Terminal): Promise<void> {
  const { step, steps } = drawn.last;
  const at = `stopped after step ${step} of ${steps}`;
  if (flags.saveState === undefined) throw new Interrupted(`${at}; nothing was written`);
  await writeFileAt(flags.saveState, encodeSampling(drawn.last.save()));
  const command = commandLine(['pnpm', 'sample', source, '--resume-state', flags.saveState]);
  const message = `${at}; go on with: ${command}`;
  if (drawn.interrupted) throw new Interrupted(message);
  terminal.note(message);
}

function sheet(images: Float32Array, model: Model, flags: SampleFlags): Picture {
  const { image } = model.spec;
  const columns = columnsOf(flags, model.spec);
  return contactSheet(images, shapeOf(images, model), {
    scale: flags.scale ?? sheetScale(image.height, image.width),
    ...(columns === undefined ? {} : { columns }),
  });
}

function shapeOf(images: Float32Array, { spec }: Model): ImagesShape {
  const { channels, height, width } = spec.image;
  return [images.length / (channels * height * width), channels, height, width];
}

/** @throws CliError `USAGE` where flags contradict the state, or it cannot be read; SamplerError `SAMPLER_SAVED` */
async function readState(flags: SampleFlags, path: string): Promise<SavedSampling> {
  const extra = DRAWING_FLAGS.filter((flag) => flags[flag] !== undefined);
  if (extra.length > 0) {
    throw new CliError(
      'USAGE',
      `--resume-state: the saved state says what is drawn; leave out --${extra.join(', --')}.`,
    );
  }
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('USAGE', `--resume-state ${path}: cannot be read: ${reason}`, { cause });
  });
  return decodeSampling(text);
}

function requireSense({ stopAfter, saveState }: SampleFlags): void {
  if (stopAfter === undefined || saveState !== undefined) return;
  throw new CliError('USAGE', '--stop-after: without --save-state <file> all that was drawn would be lost.');
}

async function writeFileAt(path: string, data: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await atomicWrite(path, data);
}
