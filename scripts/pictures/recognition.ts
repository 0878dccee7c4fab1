import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Dataset, normalize, tagsOfImage } from '@isonoise/data';
import { contactSheet, encodePng } from '@isonoise/picture';
import { loadModel } from '@isonoise/runtime-node';
import { writeOutput } from '../../packages/cli/src/atomic-write.ts';
import { loadComparisonSet, openFiles } from '../../packages/cli/src/evaluating/comparison-set.ts';
import { folderOfModel, trainedSplit } from '../../packages/cli/src/evaluating/trained-split.ts';
import { processTerminal } from '../../packages/cli/src/terminal/terminal.ts';
import { scriptError } from '../script-error.ts';
import { numbersOf } from './random-numbers.ts';
import { makeQuiz, type Question, scoreAnswers } from './tag-quiz.ts';

/** Number of pictures in the single row of a sheet. */
const COLUMNS = 10;

/** Side of the square that shows a pixel. */
const SCALE = 4;

export interface QuizRequest {
  readonly model: string;
  /** Folder of the training images. */
  readonly dataset: string;
  readonly count: number;
  /** Seed of the choice of pictures and tags. The images are drawn with the seeds 0 to count − 1. */
  readonly seed: number;
  /** Sampling steps; undefined for the default of the sampler. */
  readonly steps: number | undefined;
  /** Guidance scale; undefined for the default of isonoise. */
  readonly guidance: number | undefined;
  readonly out: string;
}

/**
 * Writes a quiz, which asks which of ten tags a picture shows. The sheets `real-00.png`, … have ten held-out pictures
 * each. The sheets `drawn-00.png`, … have pictures that the model draws for the same tags. `questions.json` has the
 * choices, and `key.json` the right answers.
 *
 * @throws `PICTURES_TAGS` if the model or its images do not have tags, or the training held out too few images
 */
export async function writeQuiz({
  model: name,
  dataset,
  count,
  seed,
  steps,
  guidance,
  out,
}: QuizRequest): Promise<void> {
  const model = await loadModel(name);
  try {
    const files = await openFiles(name);
    const { heldOut } = await loadComparisonSet(
      dataset,
      model.spec,
      trainedSplit(files),
      folderOfModel(files),
      processTerminal(),
    );
    const all = heldOut === null ? [] : taggedImages(heldOut);
    const names = model.spec.tags?.names ?? [];
    if (all.length < count || heldOut === null)
      throw scriptError(
        'PICTURES_TAGS',
        `quiz: ${dataset} has ${all.length} held-out images with tags of ${name}; expected at least ${count}. ` +
          'Name a model that was trained on a folder of images with tags, or lower --count.',
      );
    const next = numbersOf(seed, 0, 1000 * count + all.length);
    const chosen = shuffled(all, next).slice(0, count);
    const quiz = makeQuiz(chosen, names, next);
    await mkdir(out, { recursive: true });
    const json = (file: string, value: unknown) =>
      writeOutput(path.join(out, file), Buffer.from(`${JSON.stringify(value, null, 1)}\n`));
    await json(
      'questions.json',
      quiz.map(({ choices }) => choices),
    );
    await json('key.json', quiz);
    const { channels, height, width } = model.spec.image;
    const size = channels * height * width;
    const write = async (kind: string, images: Float32Array) => {
      for (let at = 0; at < count; at += COLUMNS) {
        const shown = Math.min(COLUMNS, count - at);
        const row = images.subarray(at * size, (at + shown) * size);
        const sheet = contactSheet(row, [shown, channels, height, width], {
          columns: COLUMNS,
          scale: SCALE,
          backdrop: [255, 255, 255],
          background: 255,
        });
        await writeOutput(
          path.join(out, `${kind}-${String(at / COLUMNS).padStart(2, '0')}.png`),
          encodePng(sheet),
        );
      }
    };
    const pixels = new Uint8Array(count * size);
    for (const [i, { image }] of chosen.entries())
      pixels.set(heldOut.pixels.subarray(image * size, (image + 1) * size), i * size);
    await write('real', normalize(pixels));
    const drawn = new Float32Array(count * size);
    for (const [i, { choices, right }] of quiz.entries())
      for await (const { x } of model.sample({
        seed: i,
        images: [0],
        steps,
        guidance,
        tags: [choices[right] as string],
      }))
        drawn.set(x, i * size);
    await write('drawn', drawn);
  } finally {
    await model.dispose();
  }
}

/** Shares of right answers to a quiz. */
export interface QuizScore {
  readonly real: number;
  readonly drawn: number;
  /** Share of the drawn pictures ÷ share of the real pictures. */
  readonly ratio: number;
}

/**
 * Compares `answers.json` in the folder of a quiz, `{ real: number[], drawn: number[] }`, with the key.
 *
 * @throws `PICTURES_ANSWERS` if a file is missing or not JSON, or if the answers do not fit the questions
 */
export async function scoreQuiz(folder: string): Promise<QuizScore> {
  const read = async (file: string): Promise<unknown> => {
    try {
      return JSON.parse(await readFile(path.join(folder, file), 'utf8'));
    } catch (cause) {
      throw scriptError(
        'PICTURES_ANSWERS',
        `score: ${path.join(folder, file)} cannot be read (${String(cause)}); expected JSON. Write a quiz with pnpm pictures ` +
          'quiz, and its answers into answers.json.',
        { cause },
      );
    }
  };
  const key = (await read('key.json')) as readonly Question[];
  const answers = ((await read('answers.json')) ?? {}) as { readonly [K in 'real' | 'drawn']?: unknown };
  const real = scoreAnswers(key, answers.real);
  const drawn = scoreAnswers(key, answers.drawn);
  return { real, drawn, ratio: drawn / real };
}

interface TaggedImage {
  readonly image: number;
  readonly tags: readonly string[];
}

function taggedImages({ count, tags: table }: Dataset): readonly TaggedImage[] {
  if (table === undefined) return [];
  return Array.from({ length: count }, (_, image) => ({
    image,
    tags: Array.from(tagsOfImage(table, image), (tag) => table.names[tag] as string),
  })).filter(({ tags }) => tags.length > 0);
}

/** Shuffles values by the algorithm of Fisher and Yates. */
function shuffled<T>(values: readonly T[], next: () => number): readonly T[] {
  const all = [...values];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return all;
}
