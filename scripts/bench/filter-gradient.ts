import { encodeModel } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { createNodeSession } from '../../packages/cli/src/node-session.ts';
import { NCHW, OIHW, permute } from '../../packages/trace/src/layout.ts';
import { removeDeadCode } from '../../packages/trace/src/passes/dead-code.ts';
import {
  type FilterGradientLayout,
  filterGradient,
  filterGradientLayout,
} from '../../packages/trace/src/rules/filter-gradient.ts';
import { Tracer } from '../../packages/trace/src/tracer.ts';
import type { Bench, BenchContext, Row } from './bench.ts';
import { formatNumber } from './format.ts';
import { interleave } from './interleave.ts';
import { normals, RECORD_BATCH } from './workload.ts';

/** Widths and heights on the levels of a U-Net for 28×28 images, and one smaller size. */
const SIZES = [28, 14, 7, 4] as const;
/** Input and output channels between levels, within a level, and after a skip connection. */
const CHANNELS = [
  [32, 32],
  [32, 64],
  [64, 64],
  [128, 64],
] as const;

/** Descriptions of the rows of the matrices, by layout. */
const LAYOUTS: Readonly<Record<FilterGradientLayout, string>> = {
  pixelRows: 'rows of pixels',
  channelRows: 'rows of channels',
  imageRows: 'rows of channels, image by image',
};

export const filterGradients: Bench = {
  name: 'filter-gradient',
  description: 'gradient of a 3×3 filter, computed in the three ways of the tracer, by size and channels',
  async run(context) {
    const channels = context.quick ? CHANNELS.slice(2, 3) : CHANNELS;
    const rows: Row[] = [];
    for (const size of SIZES)
      for (const [from, to] of channels) rows.push(await compare(size, from, to, context));
    return rows;
  },
};

async function compare(
  size: number,
  from: number,
  to: number,
  { threads, quick }: BenchContext,
): Promise<Row> {
  const info = tf.backend_util.computeConv2DInfo(
    [RECORD_BATCH, size, size, from],
    [3, 3, from, to],
    1,
    1,
    'same',
  );
  const taken = filterGradientLayout(info);
  const layouts = Object.keys(LAYOUTS) as FilterGradientLayout[];
  const gradients = new Map<FilterGradientLayout, Gradient>();
  for (const layout of layouts) gradients.set(layout, await gradientOf(info, layout, threads));
  const contenders = Object.fromEntries([...gradients].map(([layout, { run }]) => [layout, run]));
  const times = await interleave(contenders, { rounds: quick ? 2 : 15 });
  await Promise.all([...gradients.values()].map(({ session }) => session.release()));

  const best = (layout: FilterGradientLayout): number => times[layout]?.best ?? Number.NaN;
  const others = layouts.filter((layout) => layout !== taken);
  const list = layouts.map((layout) => `${LAYOUTS[layout]}: ${formatNumber(best(layout))} ms`);
  return {
    what: `${size}×${size}, ${from} → ${to} channels: fastest other way ÷ the tracer's way`,
    value: Math.min(...others.map(best)) / best(taken),
    unit: '×',
    note: `${list.join('; ')}; the tracer uses ${LAYOUTS[taken]}`,
    details: {
      size,
      from,
      to,
      ...Object.fromEntries(layouts.map((layout) => [`${layout}Ms`, best(layout)])),
    },
  };
}

type ConvInfo = Parameters<typeof filterGradient>[3];

interface Gradient {
  readonly session: InferenceSession;
  run(): Promise<unknown>;
}

/**
 * Opens a session for the nodes that the tracer's rule records for one convolution. Images are channels first and
 * weights are OIHW, as ONNX's Conv requires.
 */
async function gradientOf(info: ConvInfo, layout: FilterGradientLayout, threads: number): Promise<Gradient> {
  const tracer = new Tracer();
  const { recorder } = tracer;
  const inputs = (
    [
      ['x', info.inShape],
      ['dy', info.outShape],
    ] as const
  ).map(([name, shape]) => {
    const stored = permute(shape, NCHW);
    const value = tracer.computed(shape, 'float32', recorder.input(name, stored), NCHW);
    return { name, stored, value };
  });
  const [x, dy] = inputs;
  if (x === undefined || dy === undefined) throw new Error('bench: x or dy is missing; expected both inputs');
  const output = tracer.inOrder(filterGradient(tracer, x.value, dy.value, info, layout), OIHW);
  const graph = removeDeadCode({
    nodes: recorder.nodes,
    initializers: recorder.initializers,
    inputs: inputs.map(({ name, stored }) => ({ name, dataType: 'float32', shape: stored })),
    outputs: [{ name: output, dataType: 'float32', shape: recorder.shapeOf(output) }],
    shapeOf: (name) => recorder.shapeOf(name),
  });
  const bytes = encodeModel({
    irVersion: 8,
    opsets: { '': 17 },
    producerName: 'isonoise',
    metadata: {},
    graph: {
      name: layout,
      nodes: graph.nodes.map(({ kernel, ...node }, i) => ({ ...node, name: `${node.opType}_${i}` })),
      initializers: [...graph.initializers.values()],
      inputs: graph.inputs,
      outputs: graph.outputs,
    },
  });
  const session = await createNodeSession({ provider: 'cpu', threads })(bytes);
  const feeds = Object.fromEntries(
    inputs.map(({ name, stored }, i) => {
      const count = stored.reduce((product, length) => product * length, 1);
      return [name, new Tensor('float32', normals(count, i), stored)];
    }),
  );
  return { session, run: () => session.run(feeds) };
}
