import type { ApiError, SampleBody } from '@isonoise/api';

interface Example<T> {
  readonly summary: string;
  readonly value: T;
}

/** Bodies of `POST /v1/sample` that a model with classes 0 to 9 and a null class takes. */
export const SAMPLE_EXAMPLES: Readonly<Record<string, Example<SampleBody>>> = {
  one: { summary: 'One image, as a PNG', value: { model: 'mnist', seed: 7, class: 3 } },
  sheet: {
    summary: 'A sheet of sixteen, guided to their class',
    value: { model: 'mnist', seed: 7, count: 16, class: 3, guidance: 2 },
  },
  numbers: {
    summary: 'Image 5 of a large seed, as numbers, all steps of DDPM',
    value: {
      model: 'mnist',
      seed: '18446744073709551615',
      images: [5],
      sampler: 'ddpm',
      format: 'float32',
    },
  },
  stream: {
    summary: 'Step by step, a preview every fifth step',
    value: { model: 'mnist', seed: 7, count: 4, steps: 20, format: 'stream', previewEvery: 5 },
  },
};

/** A model of one pixel, in two steps. */
export const STREAM_EXAMPLE: string = [
  'event: begin\ndata: {"id":"5b0c","provider":{"name":"cpu","reason":"asked for"},"steps":2}\n\n',
  'event: step\ndata: {"step":1,"steps":2,"t":500,"elapsedMs":6.1,"remainingMs":6.1,"preview":"AACAvw=="}\n\n',
  'event: step\ndata: {"step":2,"steps":2,"t":0,"elapsedMs":12.2,"remainingMs":0,"preview":"AACAvw=="}\n\n',
  'event: result\ndata: {"shape":[1,1,1,1],"values":"AACAvw==","elapsedMs":12.2}\n\n',
].join('');

export const ERROR_EXAMPLE: ApiError = {
  error: {
    code: 'MODEL_NOT_FOUND',
    message: 'model is "minst"; there are: mnist.',
    requestId: '5b0c1f0e-7f0a-4a55-9d63-0a3d6f3c8f10',
  },
};
