import { existsSync } from 'node:fs';
import { env } from 'node:process';
import { type Browser, chromium } from 'playwright-core';

export interface ChromiumOptions {
  /** Whether pages get a WebGPU adapter, a software one where there is no GPU. Default true. */
  readonly webgpu?: boolean;
  /** Further flags of the command line. */
  readonly flags?: readonly string[];
}

/** Where distributions and installers put it. */
const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Chromium is not installed, or not where `CHROMIUM_PATH` says. */
class ChromiumMissingError extends Error {
  override readonly name = 'ChromiumMissingError';
  readonly code = 'CHROMIUM_MISSING';
}

/**
 * Starts the installed Chromium without a window. Whoever started it calls `close`.
 * @throws ChromiumMissingError `CHROMIUM_MISSING` it is not installed; says how to
 */
export function launchChromium({ webgpu = true, flags = [] }: ChromiumOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    // Chromium's own SwiftShader answers WebGPU where there is no GPU, if it may be "unsafe". A local server has no QUIC.
    args: ['--disable-quic', ...(webgpu ? ['--enable-unsafe-webgpu'] : []), ...flags],
  });
}

function chromiumPath(): string {
  const found = findChromium();
  if (found !== undefined) return found;
  throw new ChromiumMissingError(
    `launchChromium: no browser at ${placesToLook().join(', ')}. Install Chromium (Debian: apt-get install chromium), ` +
      'or set CHROMIUM_PATH to a Chromium or Chrome.',
  );
}

/** @returns the browser's executable; undefined where none is installed */
export function findChromium(): string | undefined {
  return placesToLook().find((place) => existsSync(place));
}

function placesToLook(): readonly string[] {
  return env.CHROMIUM_PATH ? [env.CHROMIUM_PATH] : USUAL_PLACES;
}
