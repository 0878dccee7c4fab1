import { readdirSync } from 'node:fs';
import type { NodeProviderName } from '@isonoise/runtime/provider-names';
import { missingCuda, missingVulkan } from '../../packages/runtime-node/src/availability.ts';
import { vulkanDrivers } from '../parity/vulkan.ts';

/** A device that is checked. */
export interface Device {
  /** Name in the table. */
  readonly name: string;
  readonly provider: NodeProviderName;
  /** Additional environment variables of its process. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the device is a software renderer, which computes on the CPU. */
  readonly software?: true;
  /**
   * Returns why the device is absent; undefined if it seems to be present. Only the check shows whether it works.
   */
  missing(): string | undefined;
}

const hasNvidiaDevice = (): boolean =>
  process.platform !== 'linux' || readdirSync('/dev').some((name) => /^(nvidia\d|dxg)/.test(name));

const CPU: Device = { name: 'cpu', provider: 'cpu', env: {}, missing: () => undefined };

/**
 * Returns the devices in the order of the table. The first is the CPU, with which all others are compared.
 *
 * @param software whether to include WebGPU on Chromium's software driver, which tests the check without a GPU
 * @param ort folder of onnxruntime-node
 */
export function devices(software: boolean, ort: string): readonly Device[] {
  const drivers = vulkanDrivers().slice(1);
  return [
    CPU,
    { name: 'webgpu', provider: 'webgpu', env: {}, missing: () => missingVulkan() },
    {
      name: 'cuda',
      provider: 'cuda',
      // Request full float32 products, because by default CUDA rounds the operands to 11 bits (TF32).
      env: { NVIDIA_TF32_OVERRIDE: '0' },
      missing: () => (hasNvidiaDevice() ? missingCuda(true, ort) : 'no NVIDIA GPU found'),
    },
    ...(software ? drivers : []).map(
      ({ name, env }): Device => ({
        name: `webgpu (${name})`,
        provider: 'webgpu',
        env,
        software: true,
        missing: () => undefined,
      }),
    ),
    ...(software && drivers.length === 0
      ? [
          {
            name: 'webgpu (software)',
            provider: 'webgpu',
            env: {},
            missing: () => "Chromium's SwiftShader is not installed",
          } as const satisfies Device,
        ]
      : []),
  ];
}
