import type { Dataset } from '@isonoise/data';
import { plural, printable } from '@isonoise/error';
import { architectureOf } from '@isonoise/network';
import { DEFAULT_PROBABILITY, PRESETS, type PresetName } from '../presets.ts';
import type { TrainConfig } from '../train-config.ts';
import { coloursOf, edgeRatioOf, repetitionOf } from './picture-kind.ts';

/** The subject of a piece of advice. It is stable, so programs can rely on it. */
type AdviceCode =
  | 'few-images'
  | 'small-classes'
  | 'mixed-classes'
  | 'few-steps'
  | 'many-passes'
  | 'repeated-pixels'
  | 'open-edges'
  | 'preset';

/** Advice about the images and settings of a run, before it begins. */
export interface Advice {
  readonly code: AdviceCode;
  /** What was found and what to do. */
  readonly text: string;
}

/** Number of images below which a model mostly repeats them. 169 images of 16×16 pixels gave good results. */
const FEW_IMAGES = 100;
/** Number of images below which a class is hardly learned. */
const SMALL_CLASS = 10;
/** Number of classes above which a set with few images per class is too mixed. */
const MANY_CLASSES = 20;
/** Number of steps below which pictures are often unclear. The shortest measured preset has 1,000. */
const FEW_STEPS = 1000;
/**
 * Number of steps below which pictures of at most 16×16 pixels are often unclear. Sprites were clear after 500 steps.
 */
const FEW_STEPS_SMALL = 500;
/** Largest side of pictures for which `FEW_STEPS_SMALL` holds. */
const TINY_SIDE = 16;
/**
 * Number of passes over the images above which a model begins to repeat them. Among 150 drawn sprites, no copy was
 * found after 107 passes, 1 to 4 copies after 213, and 21 after 320 (docs/your-own-pictures.md).
 */
const MOST_PASSES = 150;
/**
 * The same limit for images that are transformed at random. Among icons of people, 335 passes gave about as many close
 * images as 112 passes without transforms (docs/your-own-pictures.md).
 */
const MOST_PASSES_AUGMENTED = 300;
/** Maximum number of colours of pixel art, in all images together. */
const MOST_COLOURS = 64;
/** Largest side of images that may be pixel art or icons. */
const SMALL_SIDE = 32;
/** Edge ratio above which images do not repeat. It is about 1 for repeating textures, and 2 to 3 for other images. */
const OPEN_EDGES = 1.5;
/** Maximum number of names in a piece of advice. */
const NAMED = 5;

export interface AdviceOptions {
  /** Whether the user chose a preset or a base model. If so, no preset is suggested. Default false. */
  readonly isChosen?: boolean;
}

/**
 * Returns advice about the images and settings of a run before it begins. Loading the images has already reported
 * blank images and copies.
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
  // A set that does not fill a batch has a separate warning.
  if (count < batchSize || count >= FEW_IMAGES) return null;
  return {
    code: 'few-images',
    text: `${count === 1 ? '1 image is not enough' : `${count} images are few`}: the model will mostly repeat them. Add images, up to ${FEW_IMAGES} or more, or begin with a trained model (--from)`,
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
          `${classNames.length} classes have ${(count / classNames.length).toFixed(1)} images on average: the set is too mixed for the model to distinguish the classes. ` +
          'Join classes, train without classes (--unconditional), or train on fewer kinds of pictures',
      },
    ];
  }
  const small = classNames.filter((_, i) => (counts[i] ?? 0) < SMALL_CLASS);
  if (small.length === 0) return [];
  const shown = small.slice(0, NAMED).map((name) => printable(name));
  const more = small.length > NAMED ? ` and ${small.length - NAMED} more` : '';
  return [
    {
      code: 'small-classes',
      text:
        `${small.length} of ${classNames.length} classes ${small.length === 1 ? 'has' : 'have'} fewer than ${SMALL_CLASS} images: ` +
        `${shown.join(', ')}${more}. Add images, join classes, or train without classes (--unconditional)`,
    },
  ];
}

function fewSteps(
  { count }: Dataset,
  { steps, minutes, from, network, batchSize }: TrainConfig,
): Advice | null {
  const isTiny = largestSide(network.sample_size) <= TINY_SIDE;
  const fewest = isTiny ? FEW_STEPS_SMALL : FEW_STEPS;
  // For a small set, more steps would be too many passes.
  const enough = Math.min(fewest, (MOST_PASSES * count) / batchSize - 1);
  // A trained model needs fewer steps.
  if (steps >= enough || from !== undefined) return null;
  const side = isTiny ? '' : 'a smaller --size, ';
  const found =
    minutes === undefined
      ? steps === 1
        ? '1 step is not enough'
        : `${steps} steps are few`
      : `${minutes === 1 ? '1 minute is' : `${minutes} minutes are`} about ${plural(steps, 'step')} of this network`;
  const more = minutes === undefined ? 'more steps' : 'more minutes';
  return {
    code: 'few-steps',
    text: `${found}: below about ${fewest} steps, pictures are often unclear. Take ${side}a smaller network (--channels) or ${more}`,
  };
}

function manyPasses(
  { count }: Dataset,
  { steps, batchSize, minutes, augmentation }: TrainConfig,
): Advice | null {
  const passes = (steps * batchSize) / count;
  const most = augmentation === undefined ? MOST_PASSES : MOST_PASSES_AUGMENTED;
  // Sets with fewer images get other advice.
  if (count < FEW_IMAGES || passes <= most) return null;
  const possible = (most * count) / batchSize;
  const instead =
    minutes === undefined
      ? `--steps ${roundedDown(possible)}`
      : `--minutes ${roundedDown((minutes * possible) / steps)}`;
  return {
    code: 'many-passes',
    text:
      `${minutes === undefined ? `${steps} steps` : `${minutes} minutes`} are about ${Math.round(passes)} passes over ${count} images: beyond about ` +
      `${most}, a model begins to repeat its images. Take ${instead}, or add images` +
      (augmentation === undefined ? `, or transform them at random (--augment ${DEFAULT_PROBABILITY})` : ''),
  };
}

/** Rounds a number down to two significant digits. */
function roundedDown(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.floor(value / unit) * unit).toPrecision(2));
}

/** Returns the larger side of images. @param size `sample_size` of a network: a number, or height and width */
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
 * Advises against images whose opposite edges do not match, for a tileable network. Such a network has no edges, so
 * it would learn the seams as lines and draw them anywhere.
 */
function openEdges(dataset: Dataset, { network }: TrainConfig): Advice | null {
  if (architectureOf(network).tileable !== true) return null;
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
  // Skip grey drawings, which have many levels, and sets of one or two colours, which may be masks.
  if (colours === null || colours < 3) return null;
  const preset: PresetName = 'sprites';
  return {
    code: 'preset',
    text: `the images have ${colours} colours in all and look like pixel art: --preset ${preset} (${PRESETS[preset].description})`,
  };
}
