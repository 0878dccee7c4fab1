import { join } from 'node:path';
import type { ModelSpec } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';
import type { Model } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { CliError } from '../errors.ts';
import type { JobSession } from '../jobs/job-session.ts';
import { runtimeOptions } from '../machine-flags.ts';
import { count as grouped, plural } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Comparison, compareAgainst, comparisonText, ratioSection } from './against.ts';
import { EVALUATION_SECTION, PAIRS_PICTURE, RATIO_SECTIONS, sectionOf, writeCard } from './card-section.ts';
import { type Cell, cellName, cellsOf } from './cells.ts';
import { classesOf } from './classes-of.ts';
import { loadComparisonSet } from './comparison-set.ts';
import { dataFeatures } from './data-features.ts';
import { defaultFeatures } from './default-features.ts';
import { defaultScales } from './default-scales.ts';
import { type DrawCellsOptions, drawCells } from './draw-cells.ts';
import { drawnTags } from './drawn-tags.ts';
import { enoughHeldOut, requireEnough } from './enough-images.ts';
import { measureCommand } from './evaluate-command.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';
import { type Evaluation, withEvaluation } from './evaluation.ts';
import { type FeatureNetwork, type ImageFeatures, openFeatureNetwork } from './feature-network.ts';
import { ENOUGH_FOR_FID, headlineOf } from './headline.ts';
import { comparisonKey, keptMeasures } from './kept-measures.ts';
import {
  chosenRows,
  type Measures,
  measure,
  type PixelFacts,
  type Reference,
  referenceOf,
} from './measure.ts';
import { pairsPicture } from './pairs-picture.ts';
import { comparePixels, type PixelComparison } from './pixel-facts.ts';
import { headlineText, type ResultRow } from './report.ts';
import { writeResults } from './results.ts';
import { type DrawnRow, shownPairs } from './shown-pairs.ts';
import { folderOfModel, trainedSplit } from './trained-split.ts';

/**
 * `isonoise evaluate`: draws images with each combination of settings, and compares them with the data set.
 *
 * @throws `CLI_USAGE` if options contradict each other, or if models or images do not fit together; `CLI_INTERRUPTED` if a
 *   signal stops the evaluation
 */
export async function evaluateModel(given: string, flags: EvaluateFlags, terminal: Terminal): Promise<void> {
  if (flags.guide !== undefined && (flags.guidance ?? [1]).every((scale) => scale === 1)) {
    throw new CliError(
      'CLI_USAGE',
      '--guide: no guidance scale differs from 1; expected a different scale, because the guide has no effect at 1. Add --guidance, or leave --guide out.',
    );
  }
  requireDistributed(flags);
  await withEvaluation(given, flags, terminal, (evaluation) => measureImages(evaluation, flags, terminal));
}

/** Checks the options of jobs. @throws `CLI_USAGE` if one of them is given without `--distributed` */
function requireDistributed({ distributed, sameBits, priority, saveEvery }: EvaluateFlags): void {
  const given = { '--same-bits': sameBits, '--priority': priority, '--save-every': saveEvery };
  const [extra] = Object.entries(given).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  if (distributed === true || extra === undefined) return;
  throw new CliError(
    'CLI_USAGE',
    `${extra}: has no effect without --distributed; expected both. Add --distributed, or leave ${extra} out.`,
  );
}

/** Connects to the workers if they draw the images. Otherwise, the module of jobs is not loaded. */
async function openJobs(
  source: string,
  flags: EvaluateFlags,
  terminal: Terminal,
): Promise<JobSession | undefined> {
  if (flags.distributed !== true) return undefined;
  const { openJobSession } = await import('../jobs/job-session.ts');
  return openJobSession(source, flags, terminal);
}

async function measureImages(
  { source, bundle, card, dataName, model, out, interrupt }: Evaluation,
  flags: EvaluateFlags,
  terminal: Terminal,
): Promise<void> {
  let network: FeatureNetwork | undefined;
  let pixels: PixelComparison | undefined;
  let guide: Model | undefined;
  let other: Model | undefined;
  const sessions: JobSession[] = [];
  const jobsOf = async (of: string): Promise<JobSession | undefined> => {
    const session = await openJobs(of, flags, terminal);
    if (session !== undefined) sessions.push(session);
    return session;
  };
  try {
    if (flags.guide !== undefined) guide = await loadModel(flags.guide, runtimeOptions(flags));
    const { spec } = model;
    if (flags.against !== undefined) other = await openOther(flags.against, flags, spec);
    const path = flags.features ?? (await defaultFeatures(dataName, spec.image));
    network = await openFeatureNetwork(path, flags.output, spec.image, flags.threads);
    const loaded = await loadComparisonSet(
      dataName,
      spec,
      trainedSplit(bundle),
      folderOfModel(bundle),
      terminal,
    );
    const { training } = loaded;
    const tags = drawnTags(spec, flags, training, terminal);
    // Both models draw with the same scales, so that their measures can be compared.
    const scales = flags.guidance ?? defaultScales(spec, { other: other?.spec, tags }, terminal);
    const lists = { ...flags, guidance: scales };
    const cells = cellsOf(lists, spec, `${model.sha256}:${network.identity}`, { guide, tags });
    // The cells of the second model are computed here, so that its settings are checked before any image is
    // drawn.
    const jobs = await jobsOf(source);
    const against =
      other === undefined || flags.against === undefined
        ? undefined
        : {
            model: other,
            jobs: await jobsOf(flags.against),
            cells: cellsOf(lists, other.spec, `${other.sha256}:${network.identity}`, { guide, tags }),
          };
    terminal.note(
      `${terminal.colors.bold('isonoise evaluate')} ${spec.name}: ${plural(cells.length, 'combination')} of ${grouped(flags.count)} images, ` +
        `compared with ${dataName} by ${path}${guide === undefined ? '' : `, guided by ${guide.spec.name}`}${tags === undefined ? '' : `; tags: ${tags.text}`}`,
    );
    if (headlineOf(flags.count) === 'kid') {
      terminal.note(
        `With fewer than ${grouped(ENOUGH_FOR_FID)} images, compare KID; FID has a bias that depends on the number of images.`,
      );
    }
    requireEnough(training);
    const heldOut = enoughHeldOut(loaded.heldOut, terminal);
    const featuresOf = (set: Dataset, from: FeatureNetwork): Promise<ImageFeatures> =>
      dataFeatures(set, from, flags.cache, terminal, interrupt.signal);
    const trainingFeatures = await featuresOf(training, network);
    const heldOutFeatures = heldOut === null ? null : await featuresOf(heldOut, network);
    const reference = referenceOf(trainingFeatures, heldOutFeatures, flags.count);
    const classes = classesOf(spec, training, network, flags.count);
    const comparison = comparisonKey(training, heldOut, classes);
    pixels = await comparePixels(training, heldOut, {
      count: flags.count,
      threads: flags.threads ?? null,
      signal: interrupt.signal,
    });
    const work: Work = {
      model,
      jobs,
      network,
      pixels,
      out,
      flags,
      interrupt,
      terminal,
      reference,
      classes,
      comparison,
    };
    const drawn = await drawAll(cells, work);
    const rows: ResultRow[] = [...drawn];
    if (heldOut !== null && heldOutFeatures !== null) {
      const facts = await pixels.factsOfHeldOut(heldOut);
      rows.push({
        cell: null,
        measures: realMeasures(heldOut, heldOutFeatures, reference, facts, flags.count),
      });
    }
    const pairs = pairsPicture(shownPairs(drawn, training), spec.image);
    const document = await writeResults(rows, {
      source,
      dataName,
      path,
      out,
      spec,
      flags,
      terminal,
      pairs,
      tags,
    });
    let compared: Comparison | undefined;
    if (against !== undefined) {
      const options = { network, reference, out, flags, interrupt, terminal };
      compared = await compareAgainst({ model, cells, jobs }, against, options);
    }
    if (flags.json === true) terminal.json({ ...document, out, ...(compared && { comparison: compared }) });
    else if (compared !== undefined) terminal.out(comparisonText(compared));
    if (card !== null) {
      const subject =
        `${grouped(flags.count)} images, seed ${flags.seed}${tags === undefined ? '' : `, tags: ${tags.text}`}, compared with the ${grouped(training.count)} training images of ${dataName} ` +
        `by the features of \`${path}\`${flags.features === undefined ? '' : ` (SHA-256 ${network.identity.slice(0, 12)}…)`}.`;
      const about = `${subject} The row "real" has the same number of held-out images.`;
      const command = measureCommand(source, flags);
      await writeCard(
        source,
        card,
        {
          [EVALUATION_SECTION]: sectionOf(rows, about, command),
          ...(compared && { [RATIO_SECTIONS[compared.measure]]: ratioSection(compared, subject, command) }),
        },
        { [PAIRS_PICTURE]: pairs },
      );
      terminal.note(`the measures are written into the card of ${source}, and the model is resealed`);
    }
  } finally {
    for (const session of sessions) await session.close();
    await pixels?.dispose();
    await network?.dispose();
    await guide?.dispose();
    await other?.dispose();
  }
}

/** Opens the model of `--against`. @throws `CLI_USAGE` if its images or conditions differ */
async function openOther(path: string, flags: EvaluateFlags, spec: ModelSpec): Promise<Model> {
  const other = await loadModel(path, runtimeOptions(flags));
  const kind = ({ image, classes, tags }: ModelSpec): string =>
    JSON.stringify([image, classes?.names, tags?.names]);
  if (kind(other.spec) === kind(spec)) return other;
  await other.dispose();
  throw new CliError(
    'CLI_USAGE',
    `--against ${path}: draws images of another size, or with other classes or tags; expected those of ${spec.name}. Name ` +
      'another export of the same model.',
  );
}

interface Work extends DrawCellsOptions {
  readonly model: Model;
  readonly jobs: JobSession | undefined;
  readonly pixels: PixelComparison;
  readonly reference: Reference;
  readonly classes: readonly number[] | null;
  /** Identity of the real images for the comparison; a part of the names of measure files. */
  readonly comparison: string;
}

/** Draws and measures the images of all cells. @throws `CLI_INTERRUPTED` if a signal stops the drawing */
async function drawAll(cells: readonly Cell[], work: Work): Promise<readonly DrawnRow[]> {
  const { model, jobs, pixels, out, flags, reference, classes, comparison } = work;
  return drawCells({ model, cells, jobs }, work, async (cell, images, note) => {
    const path = join(out, cell.folder, `measures-${flags.count}-${comparison}.json`);
    const measures = await keptMeasures(path, async () =>
      measure(images, reference, classes, await pixels.factsOf(images.pixels)),
    );
    note(`${cellName(cell)}: ${headlineText(measures)}`);
    return { cell, measures, pixels: images.pixels };
  });
}

/** Measures held-out images in the same way as drawn images. */
function realMeasures(
  set: Dataset,
  all: ImageFeatures,
  reference: Reference,
  facts: PixelFacts,
  count: number,
): Measures {
  const rows = chosenRows(set.count, count);
  const pick = (values: Float32Array): Float32Array => {
    const width = values.length / set.count;
    const picked = new Float32Array(rows.length * width);
    for (const [i, row] of rows.entries())
      picked.set(values.subarray(row * width, (row + 1) * width), i * width);
    return picked;
  };
  const { labels } = set;
  const classes = labels === undefined ? null : Array.from(rows, (row) => labels[row] ?? -1);
  const { features, width, logits } = all;
  return measure(
    { features: pick(features), width, logits: logits === null ? null : pick(logits) },
    reference,
    classes,
    facts,
  );
}
