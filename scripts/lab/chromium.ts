import { existsSync } from 'node:fs';
import { env } from 'node:process';
import { type Browser, chromium } from 'playwright-core';
import { scriptError } from '../script-error.ts';

export interface ChromiumOptions {
  /** Whether pages get a WebGPU adapter; true by default. On a machine without a GPU, it is a software adapter. */
  readonly webgpu?: boolean;
  /** Further command-line flags for Chromium. */
  readonly flags?: readonly string[];
}

/** Usual paths of the executable. */
const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Starts the installed Chromium without a window. The caller closes it.
 * @throws `LAB_CHROMIUM_MISSING` if Chromium is not installed; the message says how to install it
 */
export function launchChromium({ webgpu = true, flags = [] }: ChromiumOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    // On a machine without a GPU, "unsafe" WebGPU runs on Chromium's SwiftShader. A local server does not need QUIC.
    args: ['--disable-quic', ...(webgpu ? ['--enable-unsafe-webgpu'] : []), ...flags],
  });
}

function chromiumPath(): string {
  const found = findChromium();
  if (found !== undefined) return found;
  throw scriptError(
    'LAB_CHROMIUM_MISSING',
    `launchChromium: no browser at ${placesToLook().join(', ')}; expected Chromium or Chrome. Install Chromium ` +
      '(Debian: apt-get install chromium), or set CHROMIUM_PATH to the executable.',
  );
}

/** Finds the browser's executable. @returns its path; undefined if none is installed */
export function findChromium(): string | undefined {
  return placesToLook().find((place) => existsSync(place));
}

function placesToLook(): readonly string[] {
  return env.CHROMIUM_PATH ? [env.CHROMIUM_PATH] : USUAL_PLACES;
}
