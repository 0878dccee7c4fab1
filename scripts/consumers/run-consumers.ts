import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../lab/chromium.ts';
import { scriptError } from '../script-error.ts';
import type { Consumer } from './consumer.ts';
import { goldenPng } from './drawing.ts';
import { type PublicPackage, pack, publicPackages, withNeeds } from './pack.ts';
import { Workshop } from './workshop.ts';

export interface RunOptions {
  /** Whether to keep the folders, for inspection. */
  readonly keep: boolean;
  readonly log: (line: string) => void;
  /** Specifications that npm installs for our packages, by name. By default, the needed packages are packed. */
  readonly ours?: ReadonlyMap<string, string> | undefined;
}

/**
 * Packs our packages unless they are given, and builds and runs each consumer in a clean folder.
 *
 * @returns errors of the consumers that failed, by name
 */
export async function runConsumers(
  consumers: ReadonlyMap<string, Consumer>,
  { keep, log, ours }: RunOptions,
): Promise<ReadonlyMap<string, unknown>> {
  const root = await mkdtemp(path.join(tmpdir(), 'isonoise-consumers-'));
  let browser: Promise<Browser> | undefined;
  const chromium = (): Promise<Browser> => {
    browser ??= launchChromium({ webgpu: false });
    return browser;
  };
  const failures = new Map<string, unknown>();
  try {
    const packages = publicPackages();
    const installed = ours ?? (await packNeeded(consumers, packages, path.join(root, 'tarballs'), log));
    const golden = goldenPng();
    for (const [name, consumer] of consumers) {
      const began = performance.now();
      let workshop: Workshop | undefined;
      try {
        const own = withNeeds(consumer.ours, packages).map((each): [string, string] => [
          each.name,
          installed.get(each.name) ?? '',
        ]);
        workshop = await Workshop.open(consumer, path.join(root, name), new Map(own), chromium);
        requireGolden(await consumer.use(workshop), golden);
        log(`ok      ${name}: ${consumer.title} (${Math.round((performance.now() - began) / 1000)} s)`);
      } catch (error) {
        failures.set(name, error);
        log(`FAILED  ${name}: ${consumer.title}\n${error instanceof Error ? error.message : String(error)}`);
      } finally {
        await workshop?.close();
      }
      if (!keep) await rm(path.join(root, name), { recursive: true, force: true });
    }
  } finally {
    await (await browser)?.close();
    if (keep) log(`kept ${root}`);
    else await rm(root, { recursive: true, force: true });
  }
  return failures;
}

async function packNeeded(
  consumers: ReadonlyMap<string, Consumer>,
  packages: ReadonlyMap<string, PublicPackage>,
  into: string,
  log: (line: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const needed = [...consumers.values()].flatMap(({ ours }) => ours);
  await mkdir(into);
  const tarballs = await pack(withNeeds(needed, packages), into);
  log(`packed ${tarballs.size} packages`);
  return asFiles(tarballs);
}

/** Returns the specifications with which npm installs tarballs. */
export function asFiles(tarballs: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...tarballs].map(([name, file]) => [name, `file:${file}`]));
}

function requireGolden(drawn: Readonly<Record<string, string>>, golden: string): void {
  const wrong = Object.entries(drawn).filter(([, hash]) => hash !== golden);
  if (wrong.length === 0) return;
  throw scriptError(
    'CONSUMERS_UNEXPECTED',
    `${wrong.map(([part, hash]) => `${part}: got a PNG with SHA-256 ${hash}`).join('; ')}; expected ${golden}.`,
  );
}
