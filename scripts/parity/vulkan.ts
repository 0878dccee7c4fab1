import { existsSync } from 'node:fs';
import { env } from 'node:process';

/** A Vulkan driver, chosen by environment variables. */
export interface VulkanDriver {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Folder of Debian's Chromium, which includes SwiftShader, a software Vulkan driver, and a Vulkan loader. */
const CHROMIUM = '/usr/lib/chromium';

/** Returns the drivers through which WebGPU may reach a device in Node, the machine's own first. */
export function vulkanDrivers(): readonly VulkanDriver[] {
  const own: VulkanDriver = { name: "the machine's driver", env: {} };
  const icd = `${CHROMIUM}/vk_swiftshader_icd.json`;
  if (process.platform !== 'linux' || !existsSync(icd)) return [own];
  const path = [env.LD_LIBRARY_PATH, CHROMIUM].filter(Boolean).join(':');
  return [
    own,
    {
      name: "Chromium's SwiftShader",
      env: { VK_ICD_FILENAMES: icd, LD_LIBRARY_PATH: path },
    },
  ];
}
