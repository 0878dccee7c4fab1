import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { schedulerMeaning, schedulerProcess, toSchedule } from '@isonoise/bundle';
import {
  type FlowOptions,
  flowBits,
  flowCalls,
  type Stratum,
  timestepStrata,
  variationalBound,
} from '@isonoise/evaluate';
import { type Model, variancesOf } from '@isonoise/runtime';
import type { DdpmVariance } from '@isonoise/sampler';
import { requireDiffusion, type Schedule } from '@isonoise/schedule';
import { atomicWrite } from '../../atomic-write.ts';
import { CliError } from '../../errors.ts';
import { table } from '../../terminal/format.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { BITS_SECTION, writeCard } from '../card-section.ts';
import { loadComparisonSet } from '../comparison-set.ts';
import { dataHash } from '../data-features.ts';
import { measureCommand } from '../evaluate-command.ts';
import type { EvaluateFlags } from '../evaluate-flags.ts';
import { withEvaluation } from '../evaluation.ts';
import { folderOfModel, trainedSplit } from '../trained-split.ts';
import { measuredChunks } from './bits-chunks.ts';
import { BITS_METHODS, type BitsMethod } from './bits-flags.ts';
import { type BitsImages, bitsImages } from './bits-images.ts';
import { type BitsProgress, bitsProgress } from './bits-progress.ts';
import { BITS_NOTATION, bitsPlot, bitsRows, bitsSection, bitsSubject } from './bits-report.ts';
import { type BitsResult, type BoundChunk, boundResult, type FlowChunk, flowResult } from './bits-result.ts';

/** The variational bound clips the estimates of x_0 to [−CLIP, CLIP], the range of images. */
const CLIP = 1;

/**
 * `isonoise evaluate --bits`: measures bits per dimension of held-out images; without held-out images, those of the
 * training images. A run is exported first.
 */
export function measureBits(given: string, flags: EvaluateFlags, terminal: Terminal): Promise<void> {
  return withEvaluation(given, flags, terminal, async (evaluation) => {
    const { source, bundle, card, dataName, model, out, interrupt } = evaluation;
    const schedule = toSchedule(model.spec.scheduler);
    const methods = methodsOf(model, flags);
    const strata = methods.includes('bound') ? strataOf(schedule, flags) : [];
    const { training, heldOut } = await loadComparisonSet(
      dataName,
      model.spec,
      trainedSplit(bundle),
      folderOfModel(bundle),
      terminal,
    );
    if (heldOut === null) {
      terminal.warn(
        `${dataName} has no held-out images, so the training images are measured. A model that memorises its training images looks better than it is`,
      );
    }
    const set = heldOut ?? training;
    const images = bitsImages(set, model.spec, flags.bitsCount);
    const about: BitsResult = {
      model: source,
      dataset: dataName,
      split: heldOut === null ? 'training' : 'held-out',
      images: images.count,
      classes: images.classes,
      tags: images.tags,
      seed: flags.seed,
      bound: null,
      flow: null,
    };
    terminal.note(
      `${terminal.colors.bold('isonoise evaluate')} ${model.spec.name}: bits per dimension of ${bitsSubject(about)}`,
    );
    const work = { model, schedule, images, flags, out, signal: interrupt.signal };
    const identity = {
      model: model.sha256,
      data: dataHash(set),
      classes: images.classes,
      seed: flags.seed,
      ...(images.tags !== null && { tags: images.tagsSha256 }),
    };
    const flow = flowOptions(work);
    const calls = { bound: strata.length, flow: flowCalls(flow) };
    const total = methods.reduce((sum, method) => sum + calls[method] * images.count, 0);
    const progress = bitsProgress(total, terminal);
    let result = about;
    try {
      const parts: Part = { ...work, identity, progress, calls };
      if (methods.includes('bound')) result = { ...result, bound: await measureBound(parts, strata) };
      if (methods.includes('flow')) result = { ...result, flow: await measureFlow(parts, flow) };
    } finally {
      progress.stop();
    }
    await report(result, out, flags, terminal);
    if (card !== null) {
      await writeCard(source, card, {
        [BITS_SECTION]: bitsSection(result, measureCommand(source, flags)),
      });
      terminal.note(`the measures are written into the card of ${source}, and the model is resealed`);
    }
  });
}

/**
 * Returns the requested methods. By default, returns all methods that suit the model.
 *
 * @throws `CLI_USAGE` if a method does not suit the model
 */
function methodsOf({ spec }: Model, { bitsMethods }: EvaluateFlags): readonly BitsMethod[] {
  const process = schedulerProcess(spec.scheduler);
  const suitable = BITS_METHODS.filter((method) => method === 'flow' || process === 'diffusion');
  const unsuitable = bitsMethods?.find((method) => !suitable.includes(method));
  if (unsuitable === undefined) return bitsMethods ?? suitable;
  throw new CliError(
    'CLI_USAGE',
    `--bits-methods ${unsuitable}: ${spec.name} has a ${process} schedule, which has no variational bound; expected flow. Leave the option out.`,
  );
}

/** Divides the timesteps into strata. @throws `CLI_USAGE` if there are more strata than timesteps */
function strataOf({ numTrainTimesteps: T }: Schedule, { bitsSteps }: EvaluateFlags): readonly Stratum[] {
  if (bitsSteps === 'all') return timestepStrata(T, T);
  if (bitsSteps <= T) return timestepStrata(T, bitsSteps);
  throw new CliError(
    'CLI_USAGE',
    `--bits-steps ${bitsSteps}: the model has ${T} timesteps; expected at most ${T}, or all. Reduce the number.`,
  );
}

interface Work {
  readonly model: Model;
  readonly schedule: Schedule;
  readonly images: BitsImages;
  readonly flags: EvaluateFlags;
  readonly out: string;
  readonly signal: AbortSignal;
}

interface Part extends Work {
  readonly identity: object;
  readonly progress: BitsProgress;
  /** Number of network calls for each image. */
  readonly calls: { readonly [K in BitsMethod]: number };
}

function flowOptions({ model, schedule, flags, signal }: Work): FlowOptions {
  const { predictionType } = schedulerMeaning(model.spec.scheduler);
  return {
    denoise: model.denoise,
    schedule,
    predictionType,
    steps: flags.flowSteps,
    wholeTimes: model.spec.fractionalTimes !== true,
    batchSize: flags.batchSize,
    seed: BigInt(flags.seed),
    signal,
  };
}

/**
 * Returns the variances of the bound: the fixed variances, and the variance that the network predicts, if
 * any.
 */
function boundVariances({ spec }: Model): readonly DdpmVariance[] {
  const declared = schedulerMeaning(spec.scheduler).variance;
  return variancesOf(spec).filter((name) => name.startsWith('fixed') || name === declared);
}

async function measureBound(
  part: Part,
  strata: readonly Stratum[],
): Promise<NonNullable<BitsResult['bound']>> {
  const { model, schedule, images, out, progress, calls, identity } = part;
  const variances = boundVariances(model);
  const options = {
    ...flowOptions(part),
    schedule: requireDiffusion('--bits', schedule),
    clip: CLIP,
    variances,
    strata,
  };
  const chunks = await measuredChunks<BoundChunk>(
    {
      name: 'bound',
      identity: { ...identity, variances, clip: CLIP, strata },
      out,
      count: images.count,
      onKept: (kept) => progress.kept(kept * calls.bound),
    },
    async (first, end) => {
      const { prior, terms } = await variationalBound(images.take(first, end), {
        ...options,
        onCall: progress.computed,
      });
      return { prior: [...prior], terms: terms.map((values) => [...values]) };
    },
  );
  return boundResult(chunks, strata, variances);
}

async function measureFlow(part: Part, options: FlowOptions): Promise<NonNullable<BitsResult['flow']>> {
  const { images, out, progress, calls, identity } = part;
  const { steps, wholeTimes } = options;
  const chunks = await measuredChunks<FlowChunk>(
    {
      name: 'flow',
      identity: { ...identity, steps, wholeTimes },
      out,
      count: images.count,
      onKept: (kept) => progress.kept(kept * calls.flow),
    },
    async (first, end) => [
      ...(await flowBits(images.take(first, end), { ...options, onCall: progress.computed })),
    ],
  );
  return flowResult(chunks, steps);
}

async function report(
  result: BitsResult,
  out: string,
  flags: EvaluateFlags,
  terminal: Terminal,
): Promise<void> {
  await mkdir(out, { recursive: true });
  await atomicWrite(join(out, 'bits.json'), `${JSON.stringify(result, null, 2)}\n`);
  if (result.bound !== null) {
    await atomicWrite(
      join(out, 'bits.svg'),
      bitsPlot(result.bound, `Variational bound: ${bitsSubject(result)}`),
    );
  }
  if (flags.json === true) terminal.json({ ...result, out });
  else {
    terminal.out(table(bitsRows(result), ''));
    terminal.note(
      `\nbits per dimension. ${BITS_NOTATION}\nall terms${result.bound === null ? '' : ' and a plot'}: ${out}`,
    );
  }
}
