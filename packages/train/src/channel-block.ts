import { encodeModel, type ValueInfo } from '@isonoise/onnx';
import { BLOCKED_DOMAIN } from '@isonoise/trace';
import { Tensor } from 'onnxruntime-common';
import type { SessionFactory } from './engine-onnxruntime.ts';

/** Shape of a test image with two pixels, and as many channels as the largest block. */
const SHAPE = [1, 16, 1, 2] as const;

/**
 * Finds the number of channels that ONNX Runtime's CPU provider puts in a block on this processor, by reordering a
 * small image. The number is 16 with AVX-512, and 8 on other x86-64 processors.
 *
 * @param createSession creates a session on the CPU provider; other providers would copy each image to the CPU and
 *   back
 * @returns the number; undefined if this build of ONNX Runtime or this processor does not support blocks
 */
export async function findChannelBlock(createSession: SessionFactory): Promise<number | undefined> {
  let session: Awaited<ReturnType<SessionFactory>>;
  try {
    session = await createSession(reordering());
  } catch (error) {
    if (isAboutBlocks(error)) return undefined;
    throw error;
  }
  const [channels, pixels] = [SHAPE[1], SHAPE[3]];
  const numbered = Float32Array.from({ length: channels * pixels }, (_, i) => i);
  try {
    const { y } = await session.run({ x: new Tensor('float32', numbered, SHAPE) });
    // After reordering, the second pixel of the first channel comes after all channels of the block.
    const block = y?.data instanceof Float32Array ? y.data.indexOf(1) : 0;
    return block > 1 && channels % block === 0 ? block : undefined;
  } finally {
    await session.release();
  }
}

function reordering(): Uint8Array {
  const image = (name: string): ValueInfo => ({ name, dataType: 'float32', shape: SHAPE });
  return encodeModel({
    irVersion: 8,
    opsets: { '': 17, [BLOCKED_DOMAIN]: 1 },
    producerName: 'isonoise',
    metadata: {},
    graph: {
      name: 'channel_block',
      nodes: [
        {
          opType: 'ReorderInput',
          domain: BLOCKED_DOMAIN,
          name: 'ReorderInput',
          inputs: ['x'],
          outputs: ['y'],
        },
      ],
      initializers: [],
      inputs: [image('x')],
      outputs: [image('y')],
    },
  });
}

/** Returns whether an error means that ONNX Runtime does not know ReorderInput, or has no kernel for it. */
function isAboutBlocks(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /ReorderInput/.test(error.message) || isAboutBlocks(error.cause);
}
