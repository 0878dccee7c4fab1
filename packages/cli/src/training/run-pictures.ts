import { classColumns, contactSheet, encodePng, sheetLook } from '@isonoise/picture';
import {
  type EncodedImage,
  parseMetrics,
  parseQuality,
  type SamplesEvent,
  type TrainSink,
} from '@isonoise/train';
import type { lossPlot } from '../loss-plot.ts';
import type { RunDirectory } from '../run-directory.ts';

export interface RunPictures extends TrainSink {
  /** Encodes a sample sheet as PNG. The second call for the same event returns the same image. */
  encodeSamples(event: SamplesEvent): EncodedImage;
}

export interface RunPicturesOptions {
  readonly plot: typeof lossPlot;
  /** Title of the plot. */
  readonly title: string;
  /** Number of classes, one for each column of a sheet; null without classes. */
  readonly classes: number | null;
}

/**
 * Creates a sink that writes `samples/step-….png` for each sample sheet, and `loss.svg` at each checkpoint
 * and at the end. The plot at the end is needed for a run that was killed just after its last checkpoint, and
 * is then resumed.
 */
export function createRunPictures(
  run: RunDirectory,
  { plot, title, classes }: RunPicturesOptions,
): RunPictures {
  let plotted: number | null = null;
  const encoded = new WeakMap<SamplesEvent, EncodedImage>();
  const encodeSamples = (event: SamplesEvent): EncodedImage => {
    const known = encoded.get(event);
    if (known !== undefined) return known;
    const [count] = event.shape;
    const columns = event.labels !== null && classes !== null ? classColumns(count, classes) : undefined;
    const sheet = contactSheet(event.images, event.shape, {
      ...sheetLook(event.shape),
      columns,
    });
    const { width, height, channels } = sheet;
    const image = { width, height, channels, png: encodePng(sheet) };
    encoded.set(event, image);
    return image;
  };
  return {
    encodeSamples,
    async write(event) {
      if (event.type === 'samples') await run.writeSamples(event.step, encodeSamples(event).png);
      // A measurement follows the checkpoint of its step. Then the checkpoint is saved again, and a new plot
      // is needed.
      if (event.type === 'quality') plotted = null;
      if (event.type !== 'checkpoint' && event.type !== 'done') return;
      if (event.step === plotted) return;
      const text = await run.metrics.read();
      await run.writeLossPlot(plot(parseMetrics(text), { title, quality: parseQuality(text) }));
      plotted = event.step;
    },
  };
}
