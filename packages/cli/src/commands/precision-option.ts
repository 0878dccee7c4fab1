import type { Precision } from '@isonoise/export';
import { InvalidArgumentError, Option } from 'commander';

/** Precisions by their names on the command line. */
const PRECISIONS: Readonly<Record<string, Precision>> = { fp32: 'float32', fp16: 'float16', int8: 'int8' };

/** Creates the option `--precision`. */
export function precisionOption(): Option {
  const names = Object.keys(PRECISIONS);
  return new Option(
    '--precision <type>',
    `${names.join(', ')}: fp16, for GPUs, computes products in float16 and norms in float32 (half the file size); int8 stores weights in ` +
      '8 bits and computes in float32 (a quarter of the file size) (default: fp32, or the precision of the model)',
  )
    .conflicts('fp16')
    .argParser((text) => {
      const found = Object.hasOwn(PRECISIONS, text) ? PRECISIONS[text] : undefined;
      if (found !== undefined) return found;
      throw new InvalidArgumentError(`Expected ${names.join(', ')}.`);
    });
}
