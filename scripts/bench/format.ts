import { type Goal, type Row, reached } from './bench.ts';

/**
 * Formats a number without an exponent, such as 0.612, 71.4 or 1840. It has three significant digits, but at least all
 * digits of the integer part and at most six decimals. Zero is `0`; a number that is not finite is `NaN` or `Infinity`.
 */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  const size = Math.abs(value);
  return value.toFixed(Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(size)))));
}

/** Formats a value, such as `0.61 ×` or `1.3 %`; an en dash stands for a missing value. */
export function formatValue({ value, unit }: Pick<Row, 'value' | 'unit'>): string {
  return value === null ? '–' : `${formatNumber(value)} ${unit}`;
}

/** Formats a goal, such as `≥ 0.55` or `≤ 2`; the text is empty without a goal. */
export function formatGoal(goal: Goal | undefined): string {
  if (goal === undefined) return '';
  return `${goal.bound === 'at least' ? '≥' : '≤'} ${goal.value}`;
}

/** Returns `ok`, `missed`, or an empty text for a row without a goal or a value. */
export function formatMark(row: Row): '' | 'ok' | 'missed' {
  const verdict = reached(row);
  return verdict === null ? '' : verdict ? 'ok' : 'missed';
}
