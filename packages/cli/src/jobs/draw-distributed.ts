import type { DrawnBy } from '@isonoise/jobs';
import { type SampleStep, type SamplingStart, sampleStepsOf } from '@isonoise/sampler';
import { Interrupted } from '../errors.ts';
import { duration, plural } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { createProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { openJobSession } from './job-session.ts';
import type { DistributedFlags } from './jobs-flags.ts';

/** The images of a range, and the worker that drew them. */
export interface DrawnRange extends DrawnBy {
  /** Position of the first image of the range, from 0. */
  readonly first: number;
  readonly count: number;
}

/** The images of a job. */
export interface DistributedImages {
  /** The finished run, with all images. */
  readonly last: SampleStep;
  readonly seconds: number;
  /** The ranges and their workers, in the order of the images. */
  readonly ranges: readonly DrawnRange[];
}

/**
 * Lets workers draw the images of a run.
 *
 * @param source path of the model
 * @throws errors of the jobs; Interrupted after Ctrl-C, which cancels the job
 */
export async function drawDistributed(
  source: string,
  start: SamplingStart,
  flags: DistributedFlags,
  terminal: Terminal,
): Promise<DistributedImages> {
  const { plan } = start;
  const count = plan.images.length;
  const { channels, height, width } = plan.shape;
  const size = channels * height * width;
  const x = new Float32Array(count * size);
  const ranges: DrawnRange[] = [];
  const session = await openJobSession(source, flags, terminal);
  const interrupt = listenForInterrupt(() =>
    terminal.note('\ncancelling the job; press Ctrl-C again to quit at once'),
  );
  const bar = createProgressBar(terminal, { label: 'sample', total: count });
  const began = performance.now();
  const secondsSince = (): number => (performance.now() - began) / 1000;
  let done = 0;
  try {
    await session.draw(start, {
      signal: interrupt.signal,
      rangeSize: flags.rangeSize,
      onRange({ first, images, by }) {
        x.set(images, first * size);
        ranges.push({ first, count: images.length / size, ...by });
        done += images.length / size;
        const seconds = secondsSince();
        bar.update(
          done,
          `${(done / seconds).toFixed(1)} images/s, drawn by ${plural(countWorkers(ranges), 'worker')} so far · ${duration(((count - done) * seconds) / done)} left`,
        );
      },
    });
  } catch (cause) {
    if (!interrupt.signal.aborted) throw cause;
    throw new Interrupted('the job was cancelled; nothing was written', interrupt.by, { cause });
  } finally {
    bar.stop();
    interrupt.dispose();
    await session.close();
  }
  const last = sampleStepsOf(start)({ step: plan.steps.length - 1, x, x0: x, memory: [] });
  return { last, seconds: secondsSince(), ranges: ranges.sort((a, b) => a.first - b.first) };
}

/** Returns the number of different workers that drew these ranges. */
export const countWorkers = (ranges: readonly DrawnRange[]): number =>
  new Set(ranges.map(({ worker }) => worker)).size;

/**
 * Lists the images of each kind of processor, numbered from 1. Returns null if all images came from one kind,
 * because they then have the same bits as on one machine.
 */
export function kindsText(ranges: readonly DrawnRange[]): string | null {
  const kinds = [...new Set(ranges.map(({ kind }) => kind))];
  if (kinds.length < 2) return null;
  const numbers = (of: string): string =>
    ranges
      .filter(({ kind }) => kind === of)
      .map(({ first, count }) => `${first + 1}–${first + count}`)
      .join(', ');
  return kinds.map((kind) => `${kind}: ${numbers(kind)}`).join('\n');
}
