import { expect, it } from 'vitest';
import { reasonText } from './provider.ts';

it.each([
  ['webgpu: no adapter was found', 'WebGPU: no adapter was found'],
  ['webgpu: 4.0 ms per call; wasm: 5.1 ms per call', 'WebGPU: 4.0 ms per call; WebAssembly: 5.1 ms per call'],
  ['cuda: no driver; cpu: 9.0 ms per call', 'CUDA: no driver; CPU: 9.0 ms per call'],
  ['requested', 'requested'],
])('reasonText of "%s" is "%s"', (reason, text) => {
  expect(reasonText(reason)).toBe(text);
});
