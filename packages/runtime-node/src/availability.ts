import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { onnxRuntimeFolder } from './onnx-runtime.ts';

/**
 * Checks for the libraries of the CUDA provider. These libraries are too large for the npm registry, and ONNX
 * Runtime prints its own errors if the provider is tried without them.
 *
 * @param advise whether to add advice on installing the libraries
 * @param root folder of onnxruntime-node
 * @returns what is missing; undefined if nothing is
 */
export function missingCuda(advise: boolean, root: string = onnxRuntimeFolder()): string | undefined {
  const target = `${process.platform}/${process.arch}`;
  if (target !== 'linux/x64') return `onnxruntime-node has CUDA for linux/x64; this is ${target}`;
  if (existsSync(path.join(root, 'bin/napi-v6', target, 'libonnxruntime_providers_cuda.so')))
    return undefined;
  const missing = 'its libraries are not installed';
  if (!advise) return missing;
  const script = path.relative('', path.join(root, 'script/install'));
  return `${missing}. Install them with: node ${script} --onnxruntime-node-install=cuda12`;
}

/**
 * Prefixes of GPU device files on Linux: DRM render nodes, and those of the drivers of NVIDIA, WSL, Arm and
 * Qualcomm.
 */
const GPU_DEVICES = ['dri/renderD', 'nvidia', 'dxg', 'mali', 'kgsl'];

function hasGpuDevice(devices: string): boolean {
  return GPU_DEVICES.some((device) => {
    const { dir, base } = path.parse(path.join(devices, device));
    return existsSync(dir) && readdirSync(dir).some((name) => name.startsWith(base));
  });
}

/**
 * Checks whether WebGPU can use a GPU through Vulkan on Linux: it needs a GPU and a driver registered where the
 * Vulkan loader looks (see "Driver Discovery on Linux" in the loader's document "Driver interface"). Without them, an
 * attempt takes a second and prints native warnings, and a software renderer is slower than the CPU. A driver named
 * in the environment is always tried.
 *
 * @param devices folder of the device files
 * @returns what is missing; undefined if nothing is, or on systems that do not use Vulkan
 */
export function missingVulkan(
  env: Readonly<Record<string, string | undefined>> = process.env,
  devices: string = '/dev',
): string | undefined {
  if (process.platform !== 'linux') return undefined;
  if (env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES || env.VK_ADD_DRIVER_FILES) return undefined;
  if (!hasGpuDevice(devices)) return 'no GPU found';
  const home = env.HOME ?? homedir();
  const roots = [
    env.XDG_CONFIG_HOME ?? path.join(home, '.config'),
    ...(env.XDG_CONFIG_DIRS ?? '/etc/xdg').split(':'),
    '/etc',
    env.XDG_DATA_HOME ?? path.join(home, '.local/share'),
    ...(env.XDG_DATA_DIRS ?? '').split(':').filter((each) => each !== ''),
    '/usr/local/share',
    '/usr/share',
  ];
  const folders = roots.map((root) => path.join(root, 'vulkan/icd.d'));
  if (folders.some((folder) => existsSync(folder) && readdirSync(folder).length > 0)) return undefined;
  return 'no Vulkan driver is installed (nothing in vulkan/icd.d)';
}
