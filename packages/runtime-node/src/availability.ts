import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { onnxRuntimeFolder } from './onnx-runtime.ts';

/**
 * Checks whether the libraries of the CUDA provider are installed. They are too large for the npm registry. Without
 * this check, ONNX Runtime would try to load them and print its own errors.
 *
 * @param advise whether to add advice on installing the libraries
 * @param root folder of onnxruntime-node
 * @returns what is missing; undefined if nothing is missing
 */
export function missingCuda(advise: boolean, root: string = onnxRuntimeFolder()): string | undefined {
  const target = `${process.platform}/${process.arch}`;
  if (target !== 'linux/x64') return `onnxruntime-node supports CUDA only on linux/x64, not on ${target}`;
  if (existsSync(path.join(root, 'bin/napi-v6', target, 'libonnxruntime_providers_cuda.so')))
    return undefined;
  const missing = 'its libraries are not installed';
  if (!advise) return missing;
  const script = path.relative('', path.join(root, 'script/install'));
  return `${missing}. Install them with: node ${script} --onnxruntime-node-install=cuda12`;
}

/** Prefixes of GPU device files on Linux: DRM render nodes, and the files of NVIDIA, WSL, Arm and Qualcomm drivers. */
const GPU_DEVICES = ['dri/renderD', 'nvidia', 'dxg', 'mali', 'kgsl'];

function hasGpuDevice(devices: string): boolean {
  return GPU_DEVICES.some((device) => {
    const { dir, base } = path.parse(path.join(devices, device));
    return existsSync(dir) && readdirSync(dir).some((name) => name.startsWith(base));
  });
}

/**
 * Checks whether WebGPU can use a GPU through Vulkan on Linux. It needs a GPU, and a driver in one of the loader's
 * folders ("Driver Discovery on Linux" in the loader's document "Driver interface"). Without them, an attempt would
 * take a second and print native warnings. If the environment names a driver, nothing is reported as missing.
 *
 * @param devices folder of the device files
 * @returns what is missing; undefined if nothing is missing, or if the system does not use Vulkan
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
