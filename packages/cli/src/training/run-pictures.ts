import { join } from 'node:path';
import { contactSheet, encodePng, sheetScale } from '@isonoise/picture';
import { type EncodedImage, parseMetrics, type SamplesEvent, type TrainSink } from '@isonoise/train';
import type { RunDirectory } from '../run-directory.ts';

export interface RunPictures extends TrainSink {
  /** The sheet of a sample grid; made once for the file and for TensorBoard. */
  encodeSamples(event: SamplesEvent): EncodedImage;
}

/**
 * Writes `samples/step-….png` at each grid, and `loss.svg` at each checkpoint.
 *
 * @param path the run's folder, the title of the plot
 * @param classes columns of the sheet: a class is a column
 */
export function createRunPictures(run: RunDirectory, path: string, classes: number | null): RunPictures {
  const made = new WeakMap<SamplesEvent, EncodedImage>();
  const encodeSamples = (event: SamplesEvent): EncodedImage => {
    const known = made.get(event);
    if (known !== undefined) return known;
    const [count, channels, height, width] = event.shape;
    const columns = event.labels !== null && classes !== null ? Math.min(classes, count) : undefined;
    const sheet = contactSheet(event.images, event.shape, {
      scale: sheetScale(height, width),
      ...(columns === undefined ? {} : { columns }),
    });
    const image = {
      width: sheet.width,
      height: sheet.height,
      channels: channels === 1 ? (1 as const) : (3 as const),
      png: encodePng(sheet),
    };
    made.set(event, image);
    return image;
  };
  return {
    encodeSamples,
    async write(event) {
      if (event.type === 'samples') await run.writeSamples(event.step, encodeSamples(event).png);
      if (event.type !== 'checkpoint') return;
      // echarts takes a moment to load: not before it is needed.
      const { lossPlot } = await import('../loss-plot.ts');
      await run.writeLossPlot(lossPlot(parseMetrics(await run.metrics.read()), { title: join(path) }));
    },
  };
}
