import { expect, it } from 'vitest';
import { reasonText } from './provider.ts';

it.each([
  ['webgpu: no adapter was found', 'WebGPU: no adapter was found'],
  ['webgpu: 4.0 ms per call; wasm: 5.1 ms per call', 'WebGPU: 4.0 ms per call; WebAssembly: 5.1 ms per call'],
  ['cuda: no driver; cpu: 9.0 ms per call', 'CUDA: no driver; CPU: 9.0 ms per call'],
  ['remembered for this device (webgpu: no adapter)', 'remembered for this device (WebGPU: no adapter)'],
  ['it is used only if webgpu is requested by name', 'it is used only if WebGPU is requested by name'],
  ['webgpu: no /ort/wasm/ort-wasm.wasm; wasm: 5 ms', 'WebGPU: no /ort/wasm/ort-wasm.wasm; WebAssembly: 5 ms'],
  ['requested', 'requested'],
])('reasonText of "%s" is "%s"', (reason, text) => {
  expect(reasonText(reason)).toBe(text);
});
