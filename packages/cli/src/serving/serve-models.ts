import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import {
  createLog,
  createServer,
  type Listening,
  requireListenHost,
  type Server,
  type ServerLimits,
  serve,
} from '@isonoise/server';
import { CliError } from '../errors.ts';
import { runtimeOptions } from '../machine-flags.ts';
import { refuseOther, warnOfDiffusers } from '../model-path.ts';
import { bytes, plural, table } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ServeFlags } from './serve-flags.ts';
import { unpackFiles } from './unpack-files.ts';

/**
 * `isonoise serve`: serves models until a signal arrives, and then stops cleanly.
 *
 * @param models folders of additional models, and single `.onnx` files
 */
export async function serveModels(
  models: readonly string[],
  flags: ServeFlags,
  terminal: Terminal,
): Promise<void> {
  // Check the host and the folders first, because opening models takes long.
  requireListenHost(flags.host);
  requireStore(flags);
  await requireFolders(flags);
  for (const model of models) await refuseOther('serve', model);
  await warnOfDiffusers(flags.models, terminal);
  const unpacked = await unpackFiles(models);
  try {
    await serveBundles(unpacked.bundles, flags, terminal);
  } finally {
    await unpacked.dispose();
  }
}

async function serveBundles(
  bundles: readonly string[],
  flags: ServeFlags,
  terminal: Terminal,
): Promise<void> {
  const server = await createServer({
    models: flags.models,
    page: flags.page,
    bundles,
    log: createLog(flags.logLevel),
    // Each visit to the web page requests many files, and their log lines would fill a terminal.
    pageLogLevel: process.stdout.isTTY ? 'debug' : 'info',
    limits: limitsOf(flags),
    runtime: runtimeOptions(flags),
    preload: flags.preload,
    allowHosts: flags.allowHost,
    allowOrigins: flags.allowOrigin,
    apiKey: flags.apiKey,
    redis: flags.redis,
    bundleOrigin: flags.bundleOrigin,
  });
  const { host, port } = flags;
  const listening = await serve(server, { host, port });
  const interrupt = listenForInterrupt(() => {
    if (server.running() > 0)
      terminal.note('\nfinishing the current requests; press Ctrl-C again to quit at once');
  });
  try {
    const problem = await server.connectJobs();
    if (problem !== undefined) terminal.warn(problem);
    terminal.note(await greeting(server, listening, flags, terminal));
    if (terminal.err.isTTY === true && server.page.built)
      terminal.note(`\nOpen ${listening.url} in a browser. Ctrl-C stops the server.\n`);
    if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
    await listening.stop(flags.drain * 1000);
    terminal.note('\nstopped');
  } finally {
    interrupt.dispose();
  }
}

/** Checks `--bundle-origin`. @throws `CLI_USAGE` if this option is given without `--redis` */
function requireStore({ redis, bundleOrigin }: ServeFlags): void {
  if (redis !== undefined || bundleOrigin === undefined) return;
  throw new CliError(
    'CLI_USAGE',
    `--bundle-origin ${bundleOrigin}: the server accepts no jobs; expected --redis with it. Add --redis <url>, or leave out --bundle-origin.`,
  );
}

/**
 * Checks the folders of models and of the page. They may be missing. @throws `CLI_USAGE` if a path is a file
 */
async function requireFolders({ models, page }: ServeFlags): Promise<void> {
  for (const [flag, path] of Object.entries({ '--models': models, '--page': page })) {
    const found = await stat(path).catch(() => null);
    if (found !== null && !found.isDirectory()) {
      throw new CliError(
        'CLI_USAGE',
        `${flag} ${path}: is a file; expected a folder. Choose a different path.`,
      );
    }
  }
}

function limitsOf(flags: ServeFlags): Partial<ServerLimits> {
  const { maxBatch, maxImages, budget, maxModels, timeLimit } = flags;
  const requestMs = timeLimit === undefined ? undefined : timeLimit * 1000;
  const given = { maxBatch, maxImages, budget, maxModels, requestMs };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

async function greeting(
  { models, page, needsKey }: Server,
  { url }: Listening,
  { provider, threads, models: folder, redis }: ServeFlags,
  { colors }: Terminal,
): Promise<string> {
  const known = await models.list();
  const list = known.map(({ name, bytes: size, spec }) => {
    const { channels, height, width } = spec.image;
    const classes = spec.classes === null ? '' : `, ${plural(spec.classes.names.length, 'class', 'classes')}`;
    return `${name}: ${width} × ${height}, ${colourText(channels)}${classes}, ${bytes(size)}`;
  });
  const lines = table([
    ['page', page.built ? colors.cyan(url) : `not built; run: pnpm --filter @isonoise/web build`],
    [
      'API',
      `${colors.cyan(`${url}v1/openapi.json`)}${needsKey ? ', with the key' : ', open to every client that can connect'}`,
    ],
    [
      'models',
      list.length > 0
        ? list.join('\n')
        : `none; put a bundle into ${folder}, or pass its folder as an argument`,
    ],
    ...(redis === undefined
      ? []
      : [
          [
            'jobs',
            `${colors.cyan(`${url}v1/jobs`)}, through ${(await import('@isonoise/jobs')).safeUrl(redis)}`,
          ] as const,
        ]),
    ['provider', `${provider}${threads === undefined ? '' : `, ${plural(threads, 'thread')}`}`],
  ]);
  return `${colors.bold('isonoise serve')} ${url}\n${lines}`;
}

function colourText(channels: number): string {
  if (channels === 1) return 'grey';
  return channels === 4 ? 'colour with alpha' : 'colour';
}
