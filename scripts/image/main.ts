// `pnpm check-image`: runs the instructions of deploy/Dockerfile in clean roots of Debian, without Docker, and starts
// the server and a worker there.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, JobClient } from '@isonoise/jobs';
import { TestRedis } from '../../tests/support/redis.ts';
import { startIsonoise, succeeded } from '../isonoise-process.ts';
import { requireNoArguments } from '../no-arguments.ts';
import { makeCleanRoot, must, runInRoot, type Surroundings, startInRoot } from './clean-root.ts';
import { parseStages, type Stage, wordsOf } from './dockerfile.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
/** Names of environment variables that commands may need to reach the npm registry. */
const PASSED = /^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|https?_proxy|no_proxy|npm_config_registry)$/i;
const START_MS = 120_000;

/** A root in which the instructions of a stage were run. */
interface Built extends Surroundings {
  readonly root: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[] | null;
}

/** Runs the instructions of a stage. @param start the root, in which the instructions run */
function build({ name, instructions }: Stage, start: Built, roots: ReadonlyMap<string, Built>): Built {
  let built = start;
  const { root } = built;
  for (const { word, text } of instructions) {
    console.error(`[${name}] ${word} ${text}`);
    if (word === 'ENV') {
      const [key = '', value = ''] = text.split('=');
      built = { ...built, env: { ...built.env, [key]: value } };
    } else if (word === 'WORKDIR') {
      mkdirSync(path.join(root, text), { recursive: true });
      built = { ...built, folder: text };
    } else if (word === 'USER') built = { ...built, user: text };
    else if (word === 'RUN') runInRoot(root, text, built);
    else if (word === 'COPY') copy(text, built, roots);
    else if (word === 'ENTRYPOINT') built = { ...built, entrypoint: wordsOf(text) };
    else if (word === 'CMD') built = { ...built, command: wordsOf(text) };
    else if (word === 'HEALTHCHECK')
      built = { ...built, healthcheck: text === 'NONE' ? null : wordsOf(text) };
    else if (word !== 'EXPOSE')
      throw new Error(`Dockerfile: ${word}; expected an instruction that this script knows.`);
  }
  return built;
}

/** Copies the files of the last commit of the repository, or a folder of another stage. */
function copy(text: string, { root, folder }: Built, roots: ReadonlyMap<string, Built>): void {
  const words = text.split(' ').filter((word) => !word.startsWith('--chown='));
  const from = words[0]?.startsWith('--from=')
    ? roots.get(words.shift()?.slice('--from='.length) ?? '')
    : null;
  const [source = '', target = ''] = words;
  if (from === undefined)
    throw new Error(`COPY ${text}: no such stage; expected the name of an earlier stage.`);
  const into = path.resolve(path.join(root, folder), target);
  if (from === null) {
    if (source !== '.') throw new Error(`COPY ${text}: got ${source}; expected ".", the whole repository.`);
    must('sh', ['-c', 'git -C "$1" archive HEAD | tar -x -C "$2"', 'sh', REPOSITORY, into]);
  } else must('cp', ['--archive', path.join(from.root, source), into]);
}

/** Starts the server, and repeats its health check until the check succeeds. @throws Error after two minutes */
async function checkServer({ root, entrypoint, command, healthcheck, ...rest }: Built): Promise<void> {
  const server = startInRoot(root, [...entrypoint, ...command], rest);
  try {
    for (const began = performance.now(); ; await pause(1000)) {
      if (healthcheck === null)
        throw new Error('check-image: the server has no HEALTHCHECK; expected a health check.');
      const check = startInRoot(root, healthcheck, rest);
      if ((await new Promise((resolve) => check.once('exit', resolve))) === 0) return;
      if (server.exitCode !== null || performance.now() - began > START_MS)
        throw new Error(
          `check-image: the server is not healthy (exit code ${server.exitCode}); expected a healthy server.`,
        );
    }
  } finally {
    server.kill('SIGTERM');
  }
}

/** Starts a worker without models, and sends a job. To draw it, the worker must fetch the model. */
async function checkWorker({ root, entrypoint, command, ...rest }: Built): Promise<void> {
  const redis = new TestRedis();
  await redis.start();
  const env = { ...rest.env, ISONOISE_REDIS: redis.url };
  const worker = startInRoot(root, [...entrypoint, ...command], { ...rest, env });
  const connection = await connect(redis.url);
  const client = new JobClient(connection);
  try {
    for (const began = performance.now(); (await client.workers()).length === 0; await pause(500))
      if (worker.exitCode !== null || performance.now() - began > START_MS)
        throw new Error(
          `check-image: the worker did not connect (exit code ${worker.exitCode}); expected a connected worker.`,
        );
    const out = path.join(root, 'tmp/drawn.png');
    const args = [
      'sample',
      path.join(REPOSITORY, 'models/mnist'),
      '--count',
      '8',
      '--steps',
      '2',
      '--out',
      out,
    ];
    await succeeded('the job', startIsonoise([...args, '--distributed', '--redis', redis.url]));
  } finally {
    worker.kill('SIGTERM');
    await client.close();
    connection.close();
    await redis.remove();
  }
}

requireNoArguments(`pnpm check-image

Runs the instructions of deploy/Dockerfile in clean roots of Debian, without Docker, and starts the server and a worker there.
Needs Linux, root and debootstrap.`);
if (process.getuid?.() !== 0 || spawnSync('debootstrap', ['--version']).status !== 0) {
  console.error('check-image: needs Linux, root and debootstrap (Debian: apt-get install debootstrap).');
  process.exit(1);
}
const folder = mkdtempSync(path.join(os.tmpdir(), 'isonoise-image-'));
try {
  const clean = path.join(folder, 'clean');
  makeCleanRoot(clean);
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      PASSED.test(name) && value !== undefined ? [[name, value] as const] : [],
    ),
  );
  const built = new Map<string, Built>();
  for (const stage of parseStages(readFileSync(path.join(REPOSITORY, 'deploy/Dockerfile'), 'utf8'))) {
    const root = path.join(folder, stage.name);
    const base = built.get(stage.from);
    must('cp', ['--archive', base?.root ?? clean, root]);
    const nothing = { env, folder: '/', user: 'root', entrypoint: [], command: [], healthcheck: null };
    built.set(stage.name, build(stage, { ...(base ?? nothing), root }, built));
  }
  const [server, worker] = [built.get('server'), built.get('worker')];
  if (server === undefined || worker === undefined)
    throw new Error('Dockerfile: a stage is missing; expected server and worker.');
  await checkServer(server);
  console.log('the server is healthy');
  await checkWorker(worker);
  console.log('the worker fetched a model and drew a job');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
