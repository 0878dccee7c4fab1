import os from 'node:os';
import { plural } from '@isonoise/error';
import { loadModel, type NodeProviderName } from '@isonoise/runtime-node';
import { version_core } from '@tensorflow/tfjs-core';
import { env as ort } from 'onnxruntime-node';
import { scriptError } from '../script-error.ts';
import { reasonOfAbsence } from './absent.ts';
import { type Probe, probeModel } from './probe.ts';
import { probePage } from './probe-page.ts';
import { probeProcess } from './probe-process.ts';
import { PAGE_MODEL, type Surroundings } from './surroundings.ts';
import { tfjsModel } from './tfjs-model.ts';
import { vulkanDrivers } from './vulkan.ts';

/** An open runtime. The caller must call `close` of the probe. */
export interface OpenRuntime {
  readonly probe: Probe;
  /** Exact description, with versions and device. */
  readonly about: string;
}

/** A runtime that can be compared. */
export interface ParityRuntime {
  /** Name in reports. */
  readonly label: string;
  /** Opens the runtime. @throws Error if the runtime is missing; `reasonOfAbsence` recognizes the error */
  open(surroundings: Surroundings): Promise<OpenRuntime>;
}

/** Number of threads of the rows with several threads: one per core, at least two. */
const SEVERAL = Math.max(2, os.availableParallelism());

const node = `onnxruntime-node ${ort.versions.node ?? ort.versions.common}`;

/** Every runtime by its name on the command line, in the order of the table. */
export const runtimes = {
  'node-cpu': nodeCpu(1),
  'node-cpu-threads': nodeCpu(SEVERAL),
  'node-cuda': { label: 'Node, CUDA', open: openCuda },
  'node-webgpu': { label: 'Node, WebGPU', open: openNodeWebgpu },
  wasm: wasm(1),
  'wasm-threads': wasm(SEVERAL),
  webgpu: { label: 'Chromium, WebGPU', open: openPageWebgpu },
  tfjs: { label: 'tfjs, eagerly', open: openTfjs },
} as const satisfies Readonly<Record<string, ParityRuntime>>;

export type RuntimeId = keyof typeof runtimes;

/** The runtime with which all others are compared. */
export const BASE = 'node-cpu' satisfies RuntimeId;

/** Names of all runtimes. */
export const runtimeIds: readonly RuntimeId[] = Object.keys(runtimes) as RuntimeId[];

function nodeCpu(threads: number): ParityRuntime {
  return {
    label: `Node, CPU, ${plural(threads, 'thread')}`,
    async open({ bundle }) {
      const model = await loadModel(bundle, { provider: 'cpu', threads });
      return { probe: probeModel(model), about: `${node}, ${os.cpus()[0]?.model.trim() ?? 'CPU'}` };
    },
  };
}

async function openCuda({ model }: Surroundings): Promise<OpenRuntime> {
  // Request full float32 products, because by default CUDA rounds the operands to 11 bits (TF32).
  const env = { NVIDIA_TF32_OVERRIDE: '0' };
  return { probe: await probeProcess({ model, provider: 'cuda' }, env), about: `${node}, TF32 off` };
}

async function openNodeWebgpu({ model }: Surroundings): Promise<OpenRuntime> {
  const provider: NodeProviderName = 'webgpu';
  const reasons: string[] = [];
  for (const { name, env } of vulkanDrivers()) {
    try {
      return { probe: await probeProcess({ model, provider }, env), about: `${node}, ${name}` };
    } catch (error) {
      const reason = reasonOfAbsence(error);
      if (reason === undefined) throw error;
      reasons.push(`${name}: ${reason}`);
    }
  }
  throw scriptError('PARITY_ABSENT', reasons.join('; '));
}

function wasm(threads: number): ParityRuntime {
  return {
    label: `Chromium, WASM, ${plural(threads, 'thread')}`,
    async open({ lab: openLab, bundle: { spec } }) {
      const lab = await openLab();
      const probe = await probePage(lab, { source: PAGE_MODEL, provider: 'wasm', threads }, spec);
      return { probe, about: `onnxruntime-web, Chromium ${lab.browser.version()}` };
    },
  };
}

async function openPageWebgpu({ lab: openLab, bundle }: Surroundings): Promise<OpenRuntime> {
  const lab = await openLab();
  const { adapter } = await lab.call('environment');
  if (adapter === null) throw scriptError('PARITY_ABSENT', 'Chromium does not offer a WebGPU adapter');
  const probe = await probePage(lab, { source: PAGE_MODEL, provider: 'webgpu' }, bundle.spec);
  const about = `onnxruntime-web, Chromium ${lab.browser.version()}, ${adapter.description}`;
  return { probe, about };
}

async function openTfjs({ bundle, files }: Surroundings): Promise<OpenRuntime> {
  const probe = probeModel(await tfjsModel(bundle, files));
  return { probe, about: `tfjs ${version_core}, wasm, 1 thread, Node ${process.versions.node}` };
}
