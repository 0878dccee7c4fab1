import { decodeSafetensors } from '@isonoise/bundle';
import { decodeCheckpoint } from '@isonoise/train';
import { bytes, count } from '../terminal/format.ts';
import type { Description } from './description.ts';

/** Maximum number of listed tensors. */
const MAX_TENSORS = 12;

/**
 * Describes any safetensors file. A checkpoint of a run is also verified.
 *
 * @throws IsonoiseError if the file is damaged
 */
export function describeSafetensors(file: Uint8Array, path: string): Description {
  const { tensors, metadata } = decodeSafetensors(file, `info: ${path}`);
  if (metadata.format === 'isonoise-checkpoint') return describeCheckpoint(file);
  const list = [...tensors.values()].map(({ name, dtype, shape, data }) => ({
    name,
    dtype,
    shape,
    size: data.length,
  }));
  const total = list.reduce((sum, { size }) => sum + size, 0);
  const lines = list
    .slice(0, MAX_TENSORS)
    .map(({ name, dtype, shape }) => `${name}: ${dtype} [${shape.join(', ')}]`);
  if (list.length > MAX_TENSORS) lines.push(`… and ${list.length - MAX_TENSORS} more`);
  return {
    kind: 'safetensors',
    rows: [
      ['file', `safetensors, ${bytes(file.length)}`],
      ['tensors', `${list.length} with ${count(total)} values`],
      ['', lines],
      [
        'metadata',
        Object.keys(metadata).length === 0
          ? 'none'
          : Object.entries(metadata).map(([key, value]) => `${key} = ${value}`),
      ],
    ],
    json: {
      bytes: file.length,
      parameterCount: total,
      metadata,
      tensors: list.map(({ size: _, ...rest }) => rest),
    },
  };
}

function describeCheckpoint(file: Uint8Array): Description {
  const { step, config, dataOrder, loss, state } = decodeCheckpoint(file);
  const parameters = state.theta.length;
  return {
    kind: 'checkpoint',
    rows: [
      ['file', `checkpoint of a run, ${bytes(file.length)}, every SHA-256 correct`],
      ['step', `${count(step)} of ${count(config.steps)}`],
      [
        'loss',
        `${loss.smoothed?.toFixed(5) ?? 'none'} smoothed; best ${loss.best === null ? 'none' : `${loss.best.loss.toFixed(5)} at step ${loss.best.step}`}`,
      ],
      ['data', `${config.dataset}, image ${count(dataOrder.position)} of epoch ${dataOrder.epoch}`],
      ['network', `${count(parameters)} parameters, each with ${Object.keys(state).join(', ')}`],
      ['config', JSON.stringify(config, null, 2).split('\n')],
    ],
    json: { bytes: file.length, step, parameterCount: parameters, dataOrder, loss, config },
  };
}
