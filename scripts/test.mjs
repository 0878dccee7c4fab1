// `npm test`: sets up the packages, the browser and Redis, checks the code, builds the packages and runs every test.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { build, install, pnpm, root, run } from './bootstrap.mjs';

await install();
for (const needed of ['setup-chromium.ts', 'setup-redis.ts']) {
  const script = ['--conditions=@isonoise/source', '--import', 'tsx', path.join('scripts', needed)];
  if ((await run(process.execPath, script)) !== 0) process.exit(1);
}
for (const [what, act] of [
  ['types, lint, import directions, unused exports', () => pnpm(['run', 'check'])],
  ['build of every package', () => build()],
]) {
  console.log(`\n— ${what}`);
  if ((await act()) !== 0) {
    console.error(`\nFailed: ${what}. The tests were not run.`);
    process.exit(1);
  }
}

console.log('\n— tests');
const folder = mkdtempSync(path.join(tmpdir(), 'isonoise-test-'));
const report = path.join(folder, 'report.json');
const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const env = { ...process.env, ISONOISE_BUILT_PAGE: path.join(root, 'packages', 'web', 'dist') };
const code = await run(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], { env });
// The report is missing if the test runner failed before counting; its output is above.
const counted = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
rmSync(folder, { recursive: true });
if (counted !== undefined) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = counted;
  console.log(
    `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped`,
  );
}
process.exit(code);
