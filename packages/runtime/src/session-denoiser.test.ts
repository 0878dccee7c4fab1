import { expect, it } from 'vitest';
import { pointSpec } from '../testdata/point-denoiser.ts';
import { pointSession } from '../testdata/point-session.ts';
import { contractOf } from './contract.ts';
import { createSessionDenoiser } from './session-denoiser.ts';

it('createSessionDenoiser keeps the lines of an error of ONNX Runtime', async () => {
  const { session, Tensor } = pointSession(pointSpec);
  const run = () => Promise.reject(new Error('CUDA failure 2: out of memory\n  GPU=0\x1b'));
  const denoise = createSessionDenoiser({ ...session, run }, contractOf(pointSpec), Tensor);
  await expect(denoise(new Float32Array(24), Float32Array.of(1), Int32Array.of(0))).rejects.toMatchObject({
    code: 'RUNTIME_RUN',
    message:
      'denoise: ONNX Runtime failed on a batch of 1: Error: CUDA failure 2: out of memory\n  GPU=0\\x1b',
  });
});
