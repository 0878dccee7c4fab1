import type { ModelSpec } from '@isonoise/bundle';
import { finishImages } from '@isonoise/picture';
import { defaultSampler, imageNames, type Model, showClass } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { decodeSampling, fillKnown, type SamplerName, type SamplingPlan } from '@isonoise/sampler';
import { CLEAN, type ImageShape } from '@isonoise/schedule';
import { runtimeOptions } from '../machine-flags.ts';
import { refuseOther } from '../model-path.ts';
import { checkOutputFiles } from '../outputs/check-outputs.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { canvasOf } from './canvas-of.ts';
import { checkFlags, outputsOf } from './check-flags.ts';
import { draw, drawByWorkers } from './draw-images.ts';
import { finishOf } from './finish-images.ts';
import { likeNotes, readRecord, startOfLike } from './image-record.ts';
import { wayBack, withNoiseFile } from './noise-file.ts';
import { readEdit } from './read-edit.ts';
import { type ReadStart, readStart } from './read-start.ts';
import { recordTexts } from './record-texts.ts';
import { imagesOfOneTurn } from './request-of-flags.ts';
import type { SampleFlags } from './sample-flags.ts';
import { planSample, type SamplePlan } from './sample-plan.ts';
import { tagTexts } from './sampled-tags.ts';
import { readStateText } from './state-file.ts';
import { stop, write } from './write-drawn.ts';
import { isFolderName } from './write-images.ts';

/** `isonoise sample`: draws images with a model, and writes the requested files. */
export async function sampleModel(source: string, requested: SampleFlags, terminal: Terminal): Promise<void> {
  await checkFlags(source, requested);
  await refuseOther('sample', source);
  const finish = await finishOf(source, requested);
  if (requested.guide !== undefined) await refuseOther('sample', requested.guide);
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
    const identity = {
      model: saved?.model ?? model.sha256,
      guideModel: saved?.guideModel ?? guide?.sha256,
    };
    const texts = recordTexts({ plan: plan.plan, ...identity }, flags, finish, given?.given);
    const names = imageNames(plan.plan, model.spec.classes?.names ?? []);
    const outputs = outputsOf(source, flags, names);
    // checkFlags has checked all outputs except the files in a folder, whose names were not known then.
    if (isFolderName(flags.out)) await checkOutputFiles(outputs.files, outputs.inputs, outputs.overwrite);
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
    if (drawn.stopped) await stop(drawn, source, flags, plan, outputs, terminal);
    else {
      await write(
        { ...drawn, images: keepKnown(finishImages(drawn.last.x, plan.shape, finish), plan), texts },
        model,
        flags,
        plan,
        names,
        outputs,
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

/**
 * Reads the images from which the run starts, or which it changes; undefined if the run starts from noise.
 */
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

/** Restores the pixels that a mask keeps, because `--palette` may have changed them. */
function keepKnown(images: Float32Array, { known, shape: [count] }: SamplePlan): Float32Array {
  if (known === undefined) return images;
  const kept = images.slice();
  fillKnown(kept, count, known, CLEAN, kept);
  return kept;
}

/** Note for images that were drawn without a class. Such images are often unclear. */
const CLASS_NOTE = 'the images have no class; --class all draws clearer images, of every class in turn';

/**
 * Whether images were drawn from noise without a class by a model that has classes and guidance.
 */
function isWithoutClass({ guide }: SampleFlags, plan: SamplingPlan, { classes }: ModelSpec): boolean {
  const none = classes?.nullClass ?? null;
  if (none === null || guide !== undefined || plan.start !== 'noise') return false;
  return plan.classLabels?.every((label) => label === none) ?? false;
}
