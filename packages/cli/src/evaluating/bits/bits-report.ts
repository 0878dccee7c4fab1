import type { MeanError } from '@isonoise/evaluate';
import type { DdpmVariance } from '@isonoise/sampler';
import { INK, LINE_COLORS, logAxis, svgChart } from '../../svg-chart.ts';
import { count as grouped } from '../../terminal/format.ts';
import type { BitsResult } from './bits-result.ts';

/** Descriptions of the variances of a reverse step, for reports. */
const VARIANCE_TEXTS: { readonly [K in DdpmVariance]: string } = {
  fixedSmall: 'σ² = β̃ (fixedSmall)',
  fixedLarge: 'σ² = β (fixedLarge)',
  learnedRange: "the network's σ² (learnedRange)",
  learned: "the network's σ² (learned)",
  learnedLog: "the network's σ² (learnedLog)",
};

/** Note below the tables. */
export const BITS_NOTATION =
  'Each value is the mean over the images ± its standard error. Both measures are upper bounds; the ODE gives a bound because the images are dequantised.';

/** Describes the measured images, such as `250 held-out images of mnist, given their classes`. */
export function bitsSubject({ images, split, dataset, ...given }: BitsResult): string {
  const texts = (['classes', 'tags'] as const).map((what) => {
    if (given[what] == null) return '';
    return given[what] === 'given' ? `, given their ${what}` : `, without ${what}`;
  });
  return `${grouped(images)} ${split} images of ${dataset}${texts.join('')}`;
}

/** Returns the name and the value of each measure. */
export function bitsRows({ bound, flow }: BitsResult): readonly (readonly [name: string, value: string])[] {
  return [
    ...(bound?.variances ?? []).map(
      ({ variance, bits }) => [`variational bound, ${VARIANCE_TEXTS[variance]}`, valueText(bits)] as const,
    ),
    ...(flow === null ? [] : [[`probability-flow ODE, ${flow.steps} steps`, valueText(flow)] as const]),
  ];
}

const valueText = ({ mean, error }: MeanError): string => `${mean.toFixed(3)} ± ${error.toFixed(3)}`;

/** Returns the text of the section in a model card. @param command command that measured the bits */
export function bitsSection(result: BitsResult, command: string): string {
  const rows = bitsRows(result).map(([name, value]) => `| ${name} | ${value} |`);
  return [
    `${bitsSubject(result)}, seed ${result.seed}.`,
    ['| measure | bits per dimension |', '| --- | ---: |', ...rows].join('\n'),
    BITS_NOTATION,
    `Measured with \`${command}\`.`,
  ].join('\n\n');
}

/**
 * Returns an SVG plot of L_t against the timestep with logarithmic axes. In the plot, timesteps start at 1,
 * because the logarithm of 0 does not exist.
 */
export function bitsPlot(bound: NonNullable<BitsResult['bound']>, title: string): string {
  const series = bound.variances.map(({ variance, curve }, i) => {
    const color = LINE_COLORS[i % LINE_COLORS.length] ?? INK;
    const data = curve.flatMap(({ first, count, mean }) =>
      mean > 0 ? [[first + (count + 1) / 2, mean] as const] : [],
    );
    const dense = data.length > 100;
    return {
      type: 'line',
      name: VARIANCE_TEXTS[variance],
      data,
      symbol: 'circle',
      symbolSize: 5,
      showSymbol: !dense,
      itemStyle: { color },
      lineStyle: { color, width: 2 },
    };
  });
  const option = {
    title: { left: 0, text: title, textStyle: { color: INK, fontSize: 16 } },
    legend: { top: 36, left: 0, itemGap: 28, icon: 'roundRect', itemHeight: 3, textStyle: { color: INK } },
    grid: { left: 80, right: 24, top: 88, bottom: 48 },
    xAxis: { ...logAxis, name: 'timestep, from 1', nameGap: 28 },
    yAxis: {
      ...logAxis,
      name: 'L_t, bits per dimension',
      nameGap: 56,
      // The value is rounded, because the powers of ten have rounding errors.
      axisLabel: { color: INK, formatter: (value: number) => String(Number(value.toPrecision(3))) },
    },
    series,
  };
  return svgChart(option, 900, 480);
}
