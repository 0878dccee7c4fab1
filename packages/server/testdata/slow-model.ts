import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiError } from '@isonoise/api';
import { createDenoiser } from '@isonoise/runtime-node';
import type { Served } from '../../../tests/support/served.ts';
import type { ServerOptions } from '../src/create-server.ts';

/**
 * Returns an `open` for a real model whose passes take at least 20 ms, so that a test can act during a pass. `passes`
 * lists the number of images of each pass.
 */
export function slow(): Required<Pick<ServerOptions, 'open'>> & { readonly passes: number[] } {
  const passes: number[] = [];
  return {
    passes,
    async open(folder, options) {
      const handle = await createDenoiser(folder, options);
      return {
        ...handle,
        denoise: async (x, t, labels) => {
          passes.push(t.length);
          await sleep(20);
          return handle.denoise(x, t, labels);
        },
      };
    },
  };
}

/** A request for the small test model. */
export const body: { readonly model: 'conv'; readonly seed: 1; readonly format: 'float32' } = {
  model: 'conv',
  seed: 1,
  format: 'float32',
};

/** Returns the code of an error response. */
export const codeOf = async (answer: Response): Promise<string> => ((await answer.json()) as ApiError).error.code;

/** Requests images as a stream of steps. @returns the response */
export const streaming = ({ sample }: Served, steps: number, more: object = {}): Promise<Response> =>
  sample({ ...body, steps, format: 'stream', ...more });
