import type { SampleStep, SavedSampling } from '@isonoise/sampler';
import type { Model } from './model.ts';

/** Several runs of a model, stopped in one of them. */
export interface SavedRuns {
  /** Images of each finished run, `[count, C, H, W]`. */
  readonly done: readonly Float32Array[];
  /** The run that was stopped, after the finished runs. */
  readonly run: SavedSampling;
}

/** A step of one of several runs. */
export interface SequenceStep {
  /** Index of the run, from 0. */
  readonly run: number;
  readonly step: SampleStep;
  /** Saves all runs at this step. */
  save(): SavedRuns;
}

/** Performs the runs of a model one after the other. */
export class RunSequence {
  readonly #model: Pick<Model, 'sample'>;
  readonly #saved: SavedRuns | undefined;
  readonly #onStep: (step: SequenceStep) => void;
  readonly #done: Float32Array[] = [];

  /**
   * @param saved runs to resume; finished runs are not repeated
   * @param onStep called after each step
   */
  constructor(
    model: Pick<Model, 'sample'>,
    saved: SavedRuns | undefined,
    onStep: (step: SequenceStep) => void = () => {},
  ) {
    this.#model = model;
    this.#saved = saved;
    this.#onStep = onStep;
  }

  /** Performs the next run. @returns its images, `[count, C, H, W]` @throws errors of `model.sample` */
  async take(request: Parameters<Model['sample']>[0]): Promise<Float32Array> {
    const run = this.#done.length;
    const saved = this.#saved;
    const known = saved?.done[run];
    const x = known ?? (await this.#draw(run, request, run === saved?.done.length ? saved.run : undefined));
    this.#done.push(x);
    return x;
  }

  async #draw(
    run: number,
    request: Parameters<Model['sample']>[0],
    from: SavedSampling | undefined,
  ): Promise<Float32Array> {
    const { batchSize, signal } = request;
    const resumed = from && {
      from,
      ...(batchSize === undefined ? {} : { batchSize }),
      ...(signal === undefined ? {} : { signal }),
    };
    let x: Float32Array = from?.x ?? new Float32Array(0);
    for await (const step of this.#model.sample(resumed ?? request)) {
      ({ x } = step);
      this.#onStep({ run, step, save: () => ({ done: [...this.#done], run: step.save() }) });
    }
    return x.slice();
  }
}
