// `pnpm release`: creates the next version, or checks the packages and publishes them.

import path from 'node:path';
import { env } from 'node:process';
import pc from 'picocolors';
import { consumers } from '../consumers/consumers.ts';
import { reportFailure } from '../report-failure.ts';
import { makeVersion } from './make-version.ts';
import { parseOptions } from './options.ts';
import { type ConsumerName, runRelease } from './run-release.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const NAMES = Object.keys(consumers) as ConsumerName[];

const HELP = `pnpm release [--dry-run | --rehearse] [--consumers names] [--keep]
pnpm release version

Builds and packs every public package, checks each tarball (its contents, publint, Are the types wrong?), and draws with
the tarballs in clean folders as pnpm consumers does. Then the same tarballs are published. The command refuses to begin
unless the branch is main, no file is changed, the commit has the tag of the version, CHANGELOG.md has a section for the
version, and npm is signed in.

  --dry-run          publish nothing; the repository may be in any state
  --rehearse         publish to a registry on this machine (verdaccio, fetched by npm) and install from it
  --consumers names  try only these, separated by commas; not allowed when publishing (default: all)
                     ${NAMES.join(', ')}
  --keep             keep the tarballs and the folders of consumers, and print their paths

With version, all packages get the next version, and the changesets in .changeset move into a section of CHANGELOG.md.

Examples:
  pnpm release --dry-run
  pnpm release --dry-run --consumers npm-node,typescript
  pnpm release version`;

try {
  const options = parseOptions(process.argv.slice(2), NAMES);
  const { action } = options;
  if (options.help) console.log(HELP);
  else if (action === 'version') {
    const version = await makeVersion(ROOT, new Date().toISOString().slice(0, 10));
    console.log(`All packages now have version ${version}, and CHANGELOG.md has a section for it. Review the section, then run:

  git commit --all --message "release: ${version}"
  git tag v${version}
  pnpm release`);
  } else {
    const colors = pc.createColors(process.stdout.isTTY === true && !env.NO_COLOR);
    const table = await runRelease({ ...options, action, root: ROOT, log: console.error, colors });
    console.log(table);
    const outcomes = {
      publish: 'Published. Push the tag: git push origin main --tags.',
      check: 'Nothing was published.',
      rehearse: 'Published to a registry on this machine, and installed from it. Nothing else was published.',
    } as const;
    console.log(outcomes[action]);
  }
} catch (error) {
  reportFailure(error, HELP);
}
