import { type Backdrop, contactSheet, type Picture } from '@isonoise/picture';
import { type Model, toSampleRequest } from '@isonoise/runtime';
import { type SampleStep, toSamplingStart } from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import type { DrawnRange } from '../jobs/draw-distributed.ts';
import { duration, plural } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { createProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { DenoisingFrames } from './denoising-frames.ts';
import type { SampleFlags } from './sample-flags.ts';
import type { SamplePlan } from './sample-plan.ts';

/** The result of a run that ended or was stopped. */
export interface Drawn {
  readonly last: SampleStep;
  readonly frames: DenoisingFrames;
  /** Whether sampling ended before the last step. */
  readonly stopped: boolean;
  /** The signal that stopped sampling; null if no signal did. */
  readonly interrupted: NodeJS.Signals | null;
  readonly seconds: number;
  readonly stepsDone: number;
  /** Text for the user that says what drew the images: a provider, or a number of workers. */
  readonly where: string;
  /** The ranges and their workers, if workers drew the images. */
  readonly ranges?: readonly DrawnRange[];
  /** The images of each kind of processor, as text; null or absent if there is only one kind. */
  readonly kinds?: string | null;
}

/**
 * Draws until the last step, Ctrl-C or the step of `--stop-after`. @throws `CLI_USAGE` if the run has no
 * steps left
 */
export async function draw(
  model: Model,
  flags: SampleFlags,
  plan: SamplePlan,
  terminal: Terminal,
): Promise<Drawn> {
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

/** Lets workers draw the images. The module of jobs is loaded only when this function is called. */
export async function drawByWorkers(
  source: string,
  { spec, sha256 }: Model,
  flags: SampleFlags,
  { request }: SamplePlan,
  terminal: Terminal,
): Promise<Drawn> {
  const { countWorkers, drawDistributed, kindsText } = await import('../jobs/draw-distributed.ts');
  const start = toSamplingStart(
    'from' in request
      ? { from: request.from }
      : { ...toSampleRequest(spec, request), ...(sha256 === undefined ? {} : { model: sha256 }) },
  );
  const { last, seconds, ranges } = await drawDistributed(source, start, flags, terminal);
  return {
    last,
    frames: new DenoisingFrames(),
    stopped: false,
    interrupted: null,
    seconds,
    stepsDone: last.steps - start.nextStep,
    where: plural(countWorkers(ranges), 'worker'),
    ranges,
    kinds: kindsText(ranges),
  };
}

/** Returns a sheet of the images. */
export function sheet(
  images: Float32Array,
  { shape, sheet: options }: SamplePlan,
  backdrop: Backdrop = options.backdrop,
): Picture {
  return contactSheet(images, shape, { ...options, backdrop });
}
