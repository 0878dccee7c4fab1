import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { plural } from '@isonoise/error';
import { consumers } from '../consumers/consumers.ts';
import { type PublicPackage, pack, publicPackages, withNeeds } from '../consumers/pack.ts';
import { asFiles, runConsumers } from '../consumers/run-consumers.ts';
import { scriptError } from '../script-error.ts';
import { checkPackage, type PackageReport } from './check-package.ts';
import { readState, unmetConditions } from './conditions.ts';
import type { ReleaseOptions } from './options.ts';
import { type Publication, publish } from './publish.ts';
import { rehearse } from './rehearse.ts';
import { problemCount, releaseTable, type TableColors } from './release-table.ts';
import { runBuild } from './run-build.ts';
import { sharedVersion } from './shared-version.ts';

export type ConsumerName = keyof typeof consumers;

export interface ReleaseRun extends ReleaseOptions<ConsumerName> {
  readonly action: 'publish' | 'check' | 'rehearse';
  /** Folder of the workspace. */
  readonly root: string;
  readonly log: (line: string) => void;
  readonly colors: TableColors;
}

/**
 * Builds, packs and checks every public package, installs the tarballs as users do, and publishes the same tarballs
 * unless the action is `check`.
 *
 * @returns the table of packages
 * @throws `RELEASE_CONDITIONS` if the repository is not ready to publish
 * @throws `RELEASE_PROBLEMS` if a check or a consumer failed
 * @throws `RELEASE_COMMAND` if the build or npm failed
 */
export async function runRelease(run: ReleaseRun): Promise<string> {
  const { action, root, keep, log, colors } = run;
  const version = sharedVersion(root);
  if (action === 'publish') await requireReady(root, version);
  log(`building ${version}`);
  await runBuild();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'isonoise-release-'));
  try {
    const packages = publicPackages();
    const ordered = withNeeds([...packages.keys()], packages);
    const tarballs = await packAll(ordered, path.join(folder, 'tarballs'), log);
    const reports = await checkAll(ordered, tarballs, log);
    const table = releaseTable(reports, colors);
    requireSound(reports, table, log);
    await useAll(run, tarballs);
    const publications = reports.map(
      ({ name }): Publication => ({ name, version, tarball: tarballs.get(name) ?? '' }),
    );
    if (action === 'rehearse') await rehearse(publications, folder, log);
    if (action === 'publish') await publish(publications, { log });
    return table;
  } finally {
    if (keep) log(`kept ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

async function requireReady(root: string, version: string): Promise<void> {
  const unmet = unmetConditions(await readState(root), version);
  if (unmet.length === 0) return;
  throw scriptError(
    'RELEASE_CONDITIONS',
    `release: ${version} cannot be published; expected a repository without the problems below. To check without publishing: pnpm release --dry-run.\n${unmet.map((each) => `- ${each}`).join('\n')}`,
  );
}

async function packAll(
  packages: readonly PublicPackage[],
  into: string,
  log: (line: string) => void,
): Promise<ReadonlyMap<string, string>> {
  await mkdir(into);
  const tarballs = await pack(packages, into);
  log(`packed ${tarballs.size} packages`);
  return tarballs;
}

async function checkAll(
  packages: readonly PublicPackage[],
  tarballs: ReadonlyMap<string, string>,
  log: (line: string) => void,
): Promise<readonly PackageReport[]> {
  const reports: PackageReport[] = [];
  for (const [i, { name }] of packages.entries()) {
    log(`check ${i + 1}/${packages.length}: ${name}`);
    reports.push(await checkPackage(tarballs.get(name) ?? ''));
  }
  return reports;
}

function requireSound(reports: readonly PackageReport[], table: string, log: (line: string) => void): void {
  const count = problemCount(reports);
  if (count === 0) return;
  log(table);
  throw scriptError(
    'RELEASE_PROBLEMS',
    `release: the checks found ${plural(count, 'problem')} in the tarballs; expected none. Correct the packages.`,
  );
}

async function useAll(
  { consumers: names, keep, log }: ReleaseRun,
  tarballs: ReadonlyMap<string, string>,
): Promise<void> {
  const chosen = new Map(names.map((name) => [name, consumers[name]]));
  const failures = await runConsumers(chosen, { keep, log, ours: asFiles(tarballs) });
  if (failures.size === 0) return;
  throw scriptError(
    'RELEASE_PROBLEMS',
    `release: ${[...failures.keys()].join(', ')} failed with the tarballs; expected the golden image. See the reasons above. To run the failed consumers again: pnpm consumers ${[...failures.keys()].join(' ')} --keep.`,
  );
}
