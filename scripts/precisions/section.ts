import { plural } from '@isonoise/error';
import type { Machine } from '../bench/machine.ts';
import { PRECISIONS, type RuntimeSpeed, type Speeds } from './measure.ts';

/** Title of the section in a model card. */
export const SPEED_SECTION = 'Speed';

export interface Measurement extends Speeds {
  readonly machine: Machine;
  /** Average number of runnable processes when the measurement began. */
  readonly load: number;
  /** Time of the measurement, in the format of ISO 8601. */
  readonly date: string;
  readonly command: string;
}

/** Formats the measurement for a card. A runtime that is missing is listed with the reason. */
export function speedSection(measurement: Measurement): string {
  const { bytes, runtimes, machine, load, date, command } = measurement;
  const measured = runtimes.filter(({ about }) => about !== '');
  const absent = runtimes.flatMap(absentLines);
  const cells = (name: string, values: readonly string[], share: number): string =>
    `| ${[name, ...values, Number.isNaN(share) ? '–' : share.toFixed(2)].join(' | ')} |`;
  return [
    'Milliseconds of one call of the network with one image, for the graph of this network in each precision: the best of ' +
      'several calls, taken in turn. The first row is the size of `unet/model.onnx`.',
    [
      `| | ${PRECISIONS.join(' | ')} | int8 ÷ fp32 |`,
      `|---|${PRECISIONS.map(() => '---:|').join('')}---:|`,
      cells(
        'bytes',
        PRECISIONS.map((name) => bytes[name].toLocaleString('en-US')),
        bytes.int8 / bytes.fp32,
      ),
      ...measured.map(({ label, milliseconds }) =>
        cells(
          label,
          PRECISIONS.map((name) => timeText(milliseconds[name])),
          (milliseconds.int8 ?? Number.NaN) / (milliseconds.fp32 ?? Number.NaN),
        ),
      ),
    ].join('\n'),
    measured.map(({ label, about, rounds }) => `- ${label}: ${about}; ${plural(rounds, 'call')}`).join('\n'),
    absent.length === 0
      ? ''
      : `Not measured, because they are missing on this machine:\n\n${absent.join('\n')}`,
    `Measured with \`${command}\` on ${date.slice(0, 10)}: ${machine.cpu} (${machine.cores} cores, ${machine.memoryGiB} GiB, ` +
      `${machine.platform}), Node ${machine.node.replace(/^v/, '')}, load ${load}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function timeText(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '–';
  return milliseconds < 1000 ? milliseconds.toPrecision(3) : Math.round(milliseconds).toLocaleString('en-US');
}

/** Returns one line if the whole runtime is missing, or else a line for each missing precision. */
function absentLines({ label, about, absent }: RuntimeSpeed): readonly string[] {
  const reasons = Object.entries(absent).map(([name, reason]) => [name, firstSentence(reason)] as const);
  if (about === '') return reasons.slice(0, 1).map(([, reason]) => `- ${label}: ${reason}`);
  return reasons.map(([name, reason]) => `- ${label}, ${name}: ${reason}`);
}

/** Returns a text without the advice after its first sentence, and without paths of source files. */
const firstSentence = (text: string): string =>
  text.replace(/\. [A-Z].*$/s, '.').replace(/(\/[\w.-]+){3,}(:\d+)? ?/g, '');
