import type { Dataset } from '@isonoise/data';
import { TILEABLE_UNET } from '@isonoise/network';
import { PRESETS, type PresetName } from '../presets.ts';
import type { TrainConfig } from '../train-config.ts';
import { coloursOf, edgeRatioOf, repetitionOf } from './picture-kind.ts';

/** The subject of a piece of advice; stable, so that programs can rely on it. */
type AdviceCode =
  | 'few-images'
  | 'small-classes'
  | 'mixed-classes'
  | 'few-steps'
  | 'many-passes'
  | 'repeated-pixels'
  | 'open-edges'
  | 'preset';

/** Advice about images and settings, given before a training begins. */
export interface Advice {
  readonly code: AdviceCode;
  /** One sentence with what was found and what to do. */
  readonly text: string;
}

/**
 * With fewer images than this, the model mostly repeats them. 169 images of 16×16 pixels gave good results.
 */
const FEW_IMAGES = 100;
/** Classes with fewer images than this are hardly learned. */
const SMALL_CLASS = 10;
/** With more classes than this, and few images in each, a model does not learn what the classes have in common. */
const MANY_CLASSES = 20;
/** Below this number of steps, pictures are often unclear. The shortest preset that was measured has 1,000. */
const FEW_STEPS = 1000;
/** The same for pictures of at most 16 pixels. After 500 steps, sprites of 16×16 pixels were clear. */
const FEW_STEPS_SMALL = 500;
/** Largest side of these pictures. */
const TINY_SIDE = 16;
/**
 * With more passes over the images than this, a model begins to repeat them. Of 150 sprites drawn after 107, 213 and 320 passes, 0, 1 to
 * 4, and 21 were copies (docs/your-own-pictures.md).
 */
const MOST_PASSES = 150;
/** Colours of pixel art, in all images together. */
const MOST_COLOURS = 64;
/** Largest side of images that may be pixel art or icons. */
const SMALL_SIDE = 32;
/** Opposite edges of textures that repeat differ about as much as pixels inside; those of other images, 2 to 3 times as much. */
const OPEN_EDGES = 1.5;
/** Largest number of names in a piece of advice. */
const NAMED = 5;

export interface AdviceOptions {
  /** Whether the user chose a preset or a base model; if so, no preset is suggested. Default false. */
  readonly isChosen?: boolean;
}

/**
 * Returns advice about the images and settings of a run that has not begun. Blank images and copies are reported
 * when the images are loaded.
 */
export function trainingAdvice(
  dataset: Dataset,
  config: TrainConfig,
  { isChosen = false }: AdviceOptions = {},
): readonly Advice[] {
  return [
    fewImages(dataset, config),
    ...ofClasses(dataset, config),
    fewSteps(dataset, config),
    repeatedPixels(dataset),
    openEdges(dataset, config),
    manyPasses(dataset, config),
    ...(isChosen ? [] : [suggestedPreset(dataset)]),
  ].filter((advice) => advice !== null);
}

function fewImages({ count }: Dataset, { batchSize }: TrainConfig): Advice | null {
  // A set that does not fill a batch has its own warning.
  if (count < batchSize || count >= FEW_IMAGES) return null;
  return {
    code: 'few-images',
    text: `${count} images are few: the model will mostly repeat them. Add images, up to ${FEW_IMAGES} or more, or begin with a trained model (--from)`,
  };
}

function ofClasses({ labels, classNames, count }: Dataset, { network }: TrainConfig): readonly Advice[] {
  if (labels === undefined || classNames === undefined || (network.num_class_embeds ?? null) === null)
    return [];
  const counts = new Array<number>(classNames.length).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  if (classNames.length > MANY_CLASSES && count / classNames.length < SMALL_CLASS) {
    return [
      {
        code: 'mixed-classes',
        text:
          `${classNames.length} classes have ${(count / classNames.length).toFixed(1)} images on average: the set is too mixed for the model to tell them apart. ` +
          'Join classes, leave them out (--unconditional), or train on fewer kinds of pictures',
      },
    ];
  }
  const small = classNames.filter((_, i) => (counts[i] ?? 0) < SMALL_CLASS);
  if (small.length === 0) return [];
  const more = small.length > NAMED ? ` and ${small.length - NAMED} more` : '';
  return [
    {
      code: 'small-classes',
      text:
        `${small.length} of ${classNames.length} classes ${small.length === 1 ? 'has' : 'have'} fewer than ${SMALL_CLASS} images: ` +
        `${small.slice(0, NAMED).join(', ')}${more}. Add images, join classes, or leave them out (--unconditional)`,
    },
  ];
}

function fewSteps(
  { count }: Dataset,
  { steps, minutes, from, network, batchSize }: TrainConfig,
): Advice | null {
  const isTiny = largestSide(network.sample_size) <= TINY_SIDE;
  const fewest = isTiny ? FEW_STEPS_SMALL : FEW_STEPS;
  // More steps would be too many passes over a small set.
  const enough = Math.min(fewest, (MOST_PASSES * count) / batchSize - 1);
  // A model that was trained before needs fewer steps.
  if (steps >= enough || from !== undefined) return null;
  const side = isTiny ? '' : 'a smaller --size, ';
  const found =
    minutes === undefined
      ? `${steps} steps are few`
      : `${minutes === 1 ? '1 minute is' : `${minutes} minutes are`} about ${steps} steps of this network`;
  const more = minutes === undefined ? 'more steps' : 'more minutes';
  return {
    code: 'few-steps',
    text: `${found}: below about ${fewest} steps, pictures are often unclear. Take ${side}a smaller network (--channels) or ${more}`,
  };
}

function manyPasses({ count }: Dataset, { steps, batchSize, minutes }: TrainConfig): Advice | null {
  const passes = (steps * batchSize) / count;
  // Sets with fewer images get other advice.
  if (count < FEW_IMAGES || passes <= MOST_PASSES) return null;
  const possible = (MOST_PASSES * count) / batchSize;
  const instead =
    minutes === undefined
      ? `--steps ${roundedDown(possible)}`
      : `--minutes ${roundedDown((minutes * possible) / steps)}`;
  return {
    code: 'many-passes',
    text:
      `${minutes === undefined ? `${steps} steps` : `${minutes} minutes`} are about ${Math.round(passes)} passes over ${count} images: beyond about ` +
      `${MOST_PASSES}, a model begins to repeat its images. Take ${instead}, or more images`,
  };
}

/** A number with at most two digits that differ from 0. */
function roundedDown(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.floor(value / unit) * unit).toPrecision(2));
}

/**
 * Returns the larger side of images. @param size `sample_size` of a network configuration: a number, or height and
 * width
 */
function largestSide(size: unknown): number {
  return Math.max(...[size].flat().map(Number));
}

function repeatedPixels(dataset: Dataset): Advice | null {
  const times = repetitionOf(dataset);
  if (times === 1) return null;
  const [width, height] = [dataset.shape.width / times, dataset.shape.height / times];
  const size = width === height ? String(width) : `${width}x${height}`;
  return {
    code: 'repeated-pixels',
    text:
      `every pixel is repeated ${times}×${times}: --size ${size} has the same pictures of ${width}×${height} pixels, ` +
      `and a step takes about 1/${times * times} of the time`,
  };
}

/**
 * A tileable network has no edges. If opposite edges of its images do not match, it learns the seams as lines and
 * draws them anywhere.
 */
function openEdges(dataset: Dataset, { network }: TrainConfig): Advice | null {
  if (network._class_name !== TILEABLE_UNET) return null;
  const ratio = edgeRatioOf(dataset);
  if (ratio < OPEN_EDGES) return null;
  return {
    code: 'open-edges',
    text:
      `the images do not repeat: opposite edges differ ${ratio.toFixed(1)} times as much as neighbours inside, so the model will draw ` +
      'lines where edges do not match. Cut the images from larger pictures with --fit seamless',
  };
}

function suggestedPreset(dataset: Dataset): Advice | null {
  const { height, width } = dataset.shape;
  if (Math.max(height, width) > SMALL_SIDE) return null;
  const colours = coloursOf(dataset, MOST_COLOURS);
  // Grey drawings have many levels; two or three colours may be masks.
  if (colours === null || colours < 3) return null;
  const preset: PresetName = 'sprites';
  return {
    code: 'preset',
    text: `the images have ${colours} colours in all and look like pixel art: --preset ${preset} (${PRESETS[preset].description})`,
  };
}
