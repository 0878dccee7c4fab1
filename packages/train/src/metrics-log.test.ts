import { describe, expect, it } from 'vitest';
import {
  createMetricsSink,
  metricsLine,
  parseMetrics,
  parseQuality,
  type TextLog,
  truncateMetrics,
} from './metrics-log.ts';
import type { BeginEvent, StepEvent } from './train-event.ts';

const event = (step: number): StepEvent => ({
  type: 'step',
  time: Date.UTC(2030, 0, 1) + step,
  step,
  steps: 9,
  loss: 1 / step,
  smoothedLoss: 1,
  gradNorm: 0.1 + 0.2,
  learningRate: 2e-4,
  imagesPerSecond: 64.123456,
  secondsLeft: 1,
});
const begin = (step: number): BeginEvent => ({
  type: 'begin',
  time: 0,
  step,
  steps: 9,
  resumedFrom: null,
  damaged: [],
});

function memoryLog(): TextLog & { text: string } {
  return {
    text: '',
    async read() {
      return this.text;
    },
    async replace(text) {
      this.text = text;
    },
    async append(text) {
      this.text += text;
    },
  };
}

describe('the metrics log', () => {
  it('contains one JSON object per line, with numbers in full precision', () => {
    expect(metricsLine(event(3))).toBe(
      '{"step":3,"loss":0.3333333333333333,"loss_smoothed":1,"grad_norm":0.30000000000000004,' +
        '"learning_rate":0.0002,"images_per_second":64.12,"time":"2030-01-01T00:00:00.003Z"}\n',
    );
  });

  it('is read without an incomplete last line', () => {
    const text = metricsLine(event(1)) + metricsLine(event(2)) + metricsLine(event(3)).slice(0, -1);
    expect(parseMetrics(text).map(({ step, loss }) => [step, loss])).toEqual([
      [1, 1],
      [2, 0.5],
    ]);
    expect(parseMetrics('')).toEqual([]);
  });

  it('is refused if a line in the middle is damaged, with an error that states the line', () => {
    const text = metricsLine(event(1)) + metricsLine(event(2)).slice(20) + metricsLine(event(3));
    for (const read of [parseMetrics, (broken: string) => truncateMetrics(broken, 3)]) {
      expect(() => read(text)).toThrow(/^metrics.jsonl, line 2: SyntaxError/);
    }
  });

  it.each(['null', '3', '"step"'])('is refused if a line is %s, which is JSON but not an object', (line) => {
    const text = `${metricsLine(event(1))}${line}\n`;
    for (const read of [parseMetrics, parseQuality, (broken: string) => truncateMetrics(broken, 3)]) {
      expect(() => read(text)).toThrow(
        expect.objectContaining({
          code: 'RUN_METRICS_DAMAGED',
          message: expect.stringContaining('line 2: SyntaxError: the line is not an object'),
        }),
      );
    }
  });

  it('contains each step once after the run crashes and resumes', async () => {
    const log = memoryLog();
    const sink = createMetricsSink(log);
    await sink.write(begin(0));
    for (const step of [1, 2, 3, 4]) await sink.write(event(step));
    log.text = log.text.slice(0, -20); // killed during a write
    await sink.write(begin(2));
    for (const step of [3, 4, 5]) await sink.write(event(step));
    expect(parseMetrics(log.text).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    expect(truncateMetrics(log.text, 0)).toBe('');
  });

  it('contains measurements, and loses those that no checkpoint contains when the run resumes', async () => {
    const log = memoryLog();
    const sink = createMetricsSink(log);
    await sink.write(begin(0));
    for (const step of [1, 2]) await sink.write(event(step));
    const quality = { type: 'quality', time: 0, count: 300, best: true, seconds: 1.25 } as const;
    await sink.write({ ...quality, step: 1, fid: 1 / 3 });
    await sink.write({ ...quality, step: 2, fid: 2 });
    expect(parseMetrics(log.text).map(({ step }) => step)).toEqual([1, 2]);
    expect(parseQuality(log.text)[0]).toEqual({
      step: 1,
      fid: 1 / 3,
      fid_images: 300,
      seconds: 1.25,
      time: '1970-01-01T00:00:00.000Z',
    });
    await sink.write({ ...begin(2), measuredStep: 1 });
    expect(parseMetrics(log.text).map(({ step }) => step)).toEqual([1, 2]);
    expect(parseQuality(log.text).map(({ step }) => step)).toEqual([1]);
  });
});
