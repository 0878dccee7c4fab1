import * as tf from '@tensorflow/tfjs-core';
import { fromHeads, toHeads } from '../blocks.ts';
import type { Layer } from '../layers.ts';
import type { ParameterList, Weights } from '../parameters.ts';
import type { Sides } from '../sides.ts';
import { plainConv, rmsNorm } from './blocks.ts';

/** Number of learned keys and values that are added to those of the pixels. */
const MEMORIES = 4;

export interface Heads {
  readonly heads: number;
  /** Channels of a head. */
  readonly perHead: number;
}

/** Queries, keys and values of all heads, each `[B·heads, P, c]`. */
type Triple = readonly [q: tf.Tensor3D, k: tf.Tensor3D, v: tf.Tensor3D];

/**
 * Makes full attention over the P pixels and four learned memories. The caller adds its input.
 *
 * Letters: B images, P = H·W pixels, C channels, c channels of a head. Images are NHWC.
 */
export function fullAttention(
  parameters: ParameterList,
  name: string,
  channels: number,
  { height, width }: Sides,
  { heads, perHead }: Heads,
): Layer<tf.Tensor4D> {
  const toParts = attentionParts(parameters, name, channels, height * width, { heads, perHead }, [
    MEMORIES,
    perHead,
  ]);
  const toOut = plainConv(parameters, `${name}.to_out`, heads * perHead, channels, { kernel: 1 });
  return (weights, x) =>
    tf.tidy(() => {
      const [[q, k, v], memory] = toParts(weights, x);
      const [allK, allV] = [k, v].map((own, i) =>
        tf.concat([forEachImage(pick(memory, i), own), own], 1),
      ) as [tf.Tensor3D, tf.Tensor3D]; // [B·heads, 4 + P, c]
      const scores = tf.softmax(tf.mul(tf.matMul(q, allK, false, true), 1 / Math.sqrt(perHead)));
      const mixed = fromHeads(tf.matMul(scores, allV), height * width, heads, perHead);
      return toOut(weights, tf.reshape(mixed, [-1, height, width, heads * perHead]));
    });
}

/**
 * Makes linear attention over the P pixels and four learned memories. The keys and values of a head are summed to one
 * matrix, which all queries of the head share. The caller adds its input.
 *
 * Source: Shen et al. 2018, arXiv 1812.01243.
 */
export function linearAttention(
  parameters: ParameterList,
  name: string,
  channels: number,
  { height, width }: Sides,
  { heads, perHead }: Heads,
): Layer<tf.Tensor4D> {
  const toParts = attentionParts(parameters, name, channels, height * width, { heads, perHead }, [
    perHead,
    MEMORIES,
  ]);
  const toOut = plainConv(parameters, `${name}.to_out.0`, heads * perHead, channels, { kernel: 1 });
  const normalizeOut = rmsNorm(parameters, `${name}.to_out.1`, channels);
  return (weights, x) =>
    tf.tidy(() => {
      const [[q, ...own], memory] = toParts(weights, x);
      const [k, v] = own.map((each, i) => {
        const columns = tf.transpose(each, [0, 2, 1]); // [B·heads, P, c] -> [B·heads, c, P]
        return tf.concat([forEachImage(pick(memory, i), columns), columns], 2); // [B·heads, c, 4 + P]
      }) as [tf.Tensor3D, tf.Tensor3D];
      const context = tf.matMul(tf.softmax(k), v, false, true); // [B·heads, c, c]
      const shares = tf.mul(tf.softmax(q), 1 / Math.sqrt(perHead));
      const mixed = fromHeads(tf.matMul(shares, context), height * width, heads, perHead);
      const image = tf.reshape(mixed, [-1, height, width, heads * perHead]) as tf.Tensor4D;
      return normalizeOut(weights, toOut(weights, image));
    });
}

/**
 * Makes the common part of both attentions: the norm of the input, the memories, and the queries, keys and values.
 *
 * @param shape size of a head's keys or values in the memories
 * @returns a function that returns the triple and the memories `[2, heads, …shape]`
 */
function attentionParts(
  parameters: ParameterList,
  name: string,
  channels: number,
  pixels: number,
  { heads, perHead }: Heads,
  shape: readonly [number, number],
): (weights: Weights, x: tf.Tensor4D) => readonly [Triple, tf.Tensor] {
  const normalize = rmsNorm(parameters, `${name}.norm`, channels);
  const memory = parameters.add({
    name: `${name}.mem_kv`,
    shape: [2, heads, ...shape],
    initializer: 'normal',
  });
  const toTriple = triple(parameters, name, channels, pixels, { heads, perHead });
  return (weights, x) => [toTriple(weights, normalize(weights, x)), memory(weights)];
}

/** Makes the projection to queries, keys and values, which share one matrix. */
function triple(
  parameters: ParameterList,
  name: string,
  channels: number,
  pixels: number,
  { heads, perHead }: Heads,
): (weights: Weights, x: tf.Tensor4D) => Triple {
  const inner = heads * perHead;
  const toAll = plainConv(parameters, `${name}.to_qkv`, channels, 3 * inner, { kernel: 1, bias: false });
  return (weights, x) => {
    const rows = tf.reshape(toAll(weights, x), [-1, 3 * inner]) as tf.Tensor2D; // [B, H, W, 3·heads·c] -> [B·P, …]
    return tf.split(rows, 3, 1).map((part) => toHeads(part as tf.Tensor2D, pixels, heads, perHead)) as [
      tf.Tensor3D,
      tf.Tensor3D,
      tf.Tensor3D,
    ];
  };
}

/** Returns the keys (0) or the values (1) of the memories, `[2, heads, a, b] -> [heads, a, b]`. */
function pick(memory: tf.Tensor, which: number): tf.Tensor3D {
  const [, heads = 0, a = 0, b = 0] = memory.shape;
  return tf.reshape(tf.slice(memory, [which, 0, 0, 0], [1, -1, -1, -1]), [heads, a, b]);
}

/**
 * Repeats memories for each image, `[heads, a, b] -> [B·heads, a, b]`.
 *
 * @param own keys or values of the pixels, `[B·heads, …]`; only their number matters
 */
function forEachImage(memory: tf.Tensor3D, own: tf.Tensor): tf.Tensor3D {
  const [heads, a, b] = memory.shape;
  const zero = tf.mul(tf.slice(own, [0, 0, 0], [-1, 1, 1]), 0); // [B·heads, 1, 1]
  const repeated = tf.add(tf.reshape(zero, [-1, heads, 1, 1]), memory); // [B, heads, a, b]
  return tf.reshape(repeated, [-1, a, b]);
}
