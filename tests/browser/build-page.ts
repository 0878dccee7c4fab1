// Builds the page once for all of its tests, unless `npm test` has built it already.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { env } from 'node:process';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built page. */
    readonly page: string;
  }
}

/** Key of the build in this process. Vitest loads this module once for each of the projects that use it. */
const BUILD = Symbol.for('isonoise/built-page');
const builds = globalThis as { [BUILD]?: Promise<string> };

/**
 * Provides the folder of the built page as `page`: the value of `ISONOISE_BUILT_PAGE` if it is set, otherwise a new build.
 * @returns a function that deletes the new build
 */
export default async function buildPage(project: TestProject): Promise<() => Promise<void>> {
  const { ISONOISE_BUILT_PAGE: built } = env;
  if (built !== undefined) {
    project.provide('page', built);
    return async () => {};
  }
  builds[BUILD] ??= buildOnce();
  const folder = await builds[BUILD];
  project.provide('page', folder);
  return () => rm(folder, { recursive: true, force: true });
}

async function buildOnce(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'isonoise-page-'));
  await build({
    root: path.resolve(import.meta.dirname, '../../packages/web'),
    logLevel: 'error',
    build: { outDir: folder, reportCompressedSize: false },
  });
  return folder;
}
