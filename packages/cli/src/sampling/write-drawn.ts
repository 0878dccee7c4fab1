import { encodeNpy, encodePng } from '@isonoise/picture';
import { type Model, showClass } from '@isonoise/runtime';
import { encodeSampling } from '@isonoise/sampler';
import { stoppedHint } from '../command-line.ts';
import { Interrupted } from '../errors.ts';
import { type Content, type Outputs, writeOutputs } from '../outputs/write-outputs.ts';
import { duration, plural, table } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { otherOutputs } from './check-flags.ts';
import { encodeAnimation } from './denoising-animation.ts';
import { type Drawn, sheet } from './draw-images.ts';
import type { RecordTexts } from './record-texts.ts';
import { resumeCommand } from './resume-command.ts';
import type { SampleFlags } from './sample-flags.ts';
import type { SamplePlan } from './sample-plan.ts';
import { namedTags, tagTexts } from './sampled-tags.ts';
import { encodeAtlas, encodeImages, isFolderName } from './write-images.ts';

/** Writes and reports the files of a finished run. @throws errors of {@link writeOutputs} */
export async function write(
  {
    last,
    frames,
    seconds,
    stepsDone,
    where,
    ranges,
    kinds = null,
    images: x,
    texts,
  }: Drawn & { readonly images: Float32Array; readonly texts: RecordTexts | undefined },
  { provider, spec }: Model,
  flags: SampleFlags,
  plan: SamplePlan,
  names: readonly string[],
  outputs: Outputs,
  terminal: Terminal,
): Promise<void> {
  const { out, atlas, gif, npy, saveState } = flags;
  const imageFiles = { images: x, shape: plan.shape, names, texts };
  const look = { scale: flags.scale ?? 1, backdrop: flags.background ?? 'transparent' } as const;
  const contents: Content[] = isFolderName(out)
    ? [...encodeImages(out, imageFiles, look)]
    : [[out, encodePng(sheet(x, plan), { text: texts?.all })]];
  if (atlas !== undefined) contents.push(...encodeAtlas(atlas, imageFiles, plan.sheet.columns));
  if (gif !== undefined) contents.push([gif, encodeAnimation(gif, frames.frames)]);
  if (npy !== undefined) contents.push([npy, encodeNpy(x, plan.shape)]);
  if (saveState !== undefined) contents.push([saveState, encodeSampling(last.save())]);
  await writeOutputs(outputs, contents);
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
      provider: ranges === undefined ? provider : undefined,
      ranges,
      notes,
    });
    return;
  }
  const files = [out, ...otherOutputs(flags).map(({ path }) => path)];
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
      ...(kinds === null ? [] : [['kinds', kinds] as const]),
    ]),
  );
}

/**
 * Saves the state of a stopped run if `--save-state` was given, and reports how to resume the run.
 *
 * @throws Interrupted if a signal stopped the run; errors of {@link writeOutputs}
 */
export async function stop(
  { last, interrupted }: Drawn,
  source: string,
  flags: SampleFlags,
  { notes }: SamplePlan,
  outputs: Outputs,
  terminal: Terminal,
): Promise<void> {
  const { saveState, json } = flags;
  const { step, steps } = last;
  const at = `stopped after step ${step} of ${steps}`;
  const document = { stopped: true, step, steps, saveState, notes };
  // --stop-after requires --save-state, so without --save-state, a signal stopped the run.
  if (saveState === undefined)
    throw new Interrupted(`${at}; nothing was written`, interrupted ?? 'SIGINT', { document });
  await writeOutputs(outputs, [[saveState, encodeSampling(last.save())]]);
  const resume = resumeCommand('sample', source, saveState, flags);
  const message = stoppedHint(at, resume);
  if (interrupted !== null)
    throw new Interrupted(message, interrupted, { document: { ...document, resume } });
  if (json === true) terminal.json({ ...document, resume });
  terminal.note(message);
}
