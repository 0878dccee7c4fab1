import { decodeModel, describeModel, type ValueSummary } from '@isonoise/onnx';
import { bytes, count } from '../terminal/format.ts';
import type { Description, Row } from './description.ts';

/**
 * Maximum length of a metadata value that is printed in full. Values such as schedules can be much longer.
 */
const MAX_CHARACTERS = 120;

/** Describes any ONNX file. @throws IsonoiseError if the file is damaged */
export function describeOnnx(file: Uint8Array): Description {
  const summary = describeModel(decodeModel(file));
  const { opsets, operators, metadata, bytesByType, externalFiles } = summary;
  const values = (list: readonly ValueSummary[]): string[] =>
    list.map(({ name, type }) => `${name}: ${type}`);
  const rows: Row[] = [
    [
      'file',
      `ONNX, IR version ${summary.irVersion}, ${bytes(file.length)}, by ${summary.producer || 'unknown'}`,
    ],
    [
      'opsets',
      Object.entries(opsets)
        .map(([domain, version]) => `${domain || 'ai.onnx'} ${version}`)
        .join(', '),
    ],
    ['graph', [summary.graphName, summary.docString].filter(Boolean).join(': ')],
    ['inputs', values(summary.inputs)],
    ['outputs', values(summary.outputs)],
    [
      'parameters',
      `${count(summary.parameterCount)}, with constants of the graph: ${perType(summary.parametersByType, count)}`,
    ],
    ['initializers', `${count(summary.initializerCount)}: ${perType(bytesByType, bytes)}`],
    [
      'nodes',
      `${summary.nodeCount}: ${operators.map(({ operator, count: n }) => `${operator} ${n}`).join(', ')}`,
    ],
  ];
  if (summary.functions.length > 0) rows.push(['functions', summary.functions.join(', ')]);
  if (externalFiles.length > 0) rows.push(['external files', externalFiles.join(', ')]);
  const notes = Object.entries(metadata).map(([key, value]) => `${key} = ${shortened(value)}`);
  if (notes.length > 0) rows.push(['metadata', notes]);
  return { kind: 'onnx', rows, json: { bytes: file.length, ...summary } };
}

/** Lists a number for each element type, with the largest number first, such as `int8 1,024, float32 40`. */
export function perType(numbers: Readonly<Record<string, number>>, text: (value: number) => string): string {
  return Object.entries(numbers)
    .sort(([, a], [, b]) => b - a)
    .map(([type, value]) => `${type} ${text(value)}`)
    .join(', ');
}

function shortened(text: string): string {
  return text.length <= MAX_CHARACTERS
    ? text
    : `${text.slice(0, MAX_CHARACTERS)}… (${text.length} characters)`;
}
