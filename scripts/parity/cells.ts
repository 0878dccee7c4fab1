import { plural } from '@isonoise/error';
import type { Measured, Outcome, SeriesDifference } from './report.ts';

/** Cells of a table; the first row is the heading. */
export type Table = readonly (readonly string[])[];

/** Formats a difference, such as `7.1e-6`; returns `0` only if nothing differs. */
export function formatDifference(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}

const yes = (value: boolean): string => (value ? 'equal' : '**differ**');

/** Returns the table of noise, golden record, and whether an image depends on its batch. */
export function noiseTable(outcomes: readonly Outcome[]): Table {
  return [
    ['runtime', 'bits of the noise', 'golden record', '', 'bits alone and in a batch'],
    ...outcomes.map((outcome) => {
      if ('absent' in outcome) return [outcome.label, 'absent', '', '', ''];
      const { ok, prediction, image } = outcome.golden;
      return [
        outcome.label,
        yes(outcome.noise),
        ok ? 'ok' : '**not ok**',
        `prediction ${formatDifference(prediction.difference)}, image ${formatDifference(image.difference)}`,
        yes(outcome.alone),
      ];
    }),
  ];
}

/** Returns the table of the largest differences of predictions, with a column for each timestep. */
export function predictionTable(outcomes: readonly Outcome[]): Table {
  const measured = outcomes.filter(isMeasured);
  const times = measured[0]?.predictions.map(({ t }) => t) ?? [];
  return [
    ['runtime', ...times.map((t) => `t = ${t}`)],
    ...measured.map(({ label, predictions }) => [
      label,
      ...predictions.map(({ largest }) => formatDifference(largest)),
    ]),
  ];
}

/** Returns the table of finished images, with a row for each sampler of each runtime. */
export function imageTable(outcomes: readonly Outcome[]): Table {
  return [
    [
      'runtime',
      'sampler',
      'largest difference',
      '8-bit pixels that differ',
      'by at most',
      'most in one image',
      'equal PNG files',
    ],
    ...outcomes
      .filter(isMeasured)
      .flatMap(({ label, series }) => series.map((one) => [label, ...seriesCells(one)])),
  ];
}

function seriesCells(series: SeriesDifference): string[] {
  const { sampler, steps, largest, pixels, differing, differingInOne, levels, pngEqual, seeds } = series;
  const share = differing === 0 ? '0 %' : `${((100 * differing) / pixels).toPrecision(2)} %`;
  return [
    `${sampler.toUpperCase()}, ${steps} steps`,
    formatDifference(largest),
    `${share} (${differing} of ${pixels})`,
    plural(levels, 'level'),
    String(differingInOne),
    `${pngEqual} of ${seeds}`,
  ];
}

/** Returns a line for each runtime: its description, or why it is missing. */
export function runtimeLines(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) =>
    'absent' in outcome
      ? `${outcome.label}: absent: ${outcome.absent}`
      : `${outcome.label}: ${outcome.about}; ${Number(outcome.callMs.toPrecision(2))} ms per call`,
  );
}

function isMeasured(outcome: Outcome): outcome is Measured {
  return !('absent' in outcome);
}
