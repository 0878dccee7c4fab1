import { expect, it } from 'vitest';
import { speedSection } from './section.ts';

it('speedSection lists sizes and times with the ratio of int8, and missing runtimes with the reason', () => {
  const section = speedSection({
    bytes: { fp32: 4000, fp16: 2100, int8: 1200 },
    runtimes: [
      {
        label: 'Node, CPU',
        about: 'onnxruntime-node 1',
        rounds: 20,
        milliseconds: { fp32: 8, fp16: 12.34, int8: 10 },
        absent: {},
      },
      {
        label: 'Node, CUDA',
        about: '',
        rounds: 20,
        milliseconds: {},
        absent: {
          fp32: 'cuda: its libraries are not installed. Install them with x.',
          int8: 'cuda: its libraries are not installed. Install them with x.',
        },
      },
      {
        label: 'Chromium, WebGPU',
        about: 'a device',
        rounds: 2,
        milliseconds: { fp32: 2000, int8: 3000 },
        absent: { fp16: 'no shader-f16 at /onnxruntime_src/a/b/c.cc:136 here. Choose another provider.' },
      },
    ],
    machine: { cpu: 'CPU', cores: 2, memoryGiB: 8, platform: 'linux x64', node: 'v20.1.0', onnxruntime: '1' },
    load: 0.5,
    date: '2026-11-30T01:02:03Z',
    command: 'pnpm bench precisions m',
  });
  expect(section).toContain('| bytes | 4,000 | 2,100 | 1,200 | 0.30 |');
  expect(section).toContain('| Node, CPU | 8.00 | 12.3 | 10.0 | 1.25 |');
  expect(section).toContain('| Chromium, WebGPU | 2,000 | – | 3,000 | 1.50 |');
  expect(section).toContain('- Node, CPU: onnxruntime-node 1; 20 calls');
  expect(section).toContain(
    'Not measured, because they are missing on this machine:\n\n- Node, CUDA: cuda: its libraries are not installed.\n' +
      '- Chromium, WebGPU, fp16: no shader-f16 at here.\n',
  );
  expect(section).toMatch(
    /Measured with `pnpm bench precisions m` on 2026-11-30: CPU \(2 cores, 8 GiB, linux x64\), Node 20\.1\.0, load 0\.5\.$/,
  );
});
