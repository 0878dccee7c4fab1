import { DEFAULT_CLIENT_LIMIT } from '@isonoise/jobs/limits';
import { Command, Option } from 'commander';
import type { ListFlags, StartFlags } from '../jobs/jobs-flags.ts';
import { memorySize, nonEmpty, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { redisOption } from './distributed-options.ts';

const MAX_PORT = 65_535;

const EXAMPLES = `
The server keeps jobs and their images. Each change is written to a file before it is acknowledged, so jobs survive a restart.
Ctrl-C stops the server; the same command continues all jobs.

Examples:
  pnpm jobs:start
  pnpm jobs:start --host 192.168.1.10 --password "$(openssl rand -hex 16)"
  pnpm jobs:start --redis redis://:secret@queue.example.org:6379     # check a server that is already running`;

/** Creates the verb `isonoise jobs`. */
export function jobsCommand(): Command {
  return new Command('jobs')
    .description('draw on many machines: start the store of jobs (jobs start), list or cancel jobs')
    .helpCommand(false)
    .enablePositionalOptions()
    .addCommand(startCommand())
    .addCommand(listCommand())
    .addCommand(cancelCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list the jobs that are unfinished or not collected, and the workers')
    .addOption(redisOption())
    .option('--json', 'print the list as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  pnpm jobs list\n  pnpm jobs list --redis redis://:secret@192.168.1.10:6379 --json',
    )
    .action(async (flags: ListFlags) => {
      const { listJobs } = await import('../jobs/list-jobs.ts');
      await listJobs(flags, processTerminal());
    });
}

function cancelCommand(): Command {
  return new Command('cancel')
    .description(
      'cancel jobs: waiting images are not drawn, finished images are removed, and the clients get an error',
    )
    .argument('<id...>', 'ids of jobs')
    .addOption(redisOption())
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExamples:\n  pnpm jobs cancel 42c20403c53a14db')
    .action(async (ids: readonly string[], flags: ListFlags) => {
      const { cancelJobs } = await import('../jobs/list-jobs.ts');
      await cancelJobs(ids, flags, processTerminal());
    });
}

function startCommand(): Command {
  return new Command('start')
    .description('start a Redis server for jobs, or check a running one')
    .option('--redis <url>', 'check this server instead of starting one', nonEmpty)
    .option('--host <address>', 'address to listen on', nonEmpty, '127.0.0.1')
    .option('--port <n>', 'port', whole(1, MAX_PORT), 6379)
    .option('--dir <dir>', 'folder of the file with all jobs', nonEmpty, 'out/jobs')
    .option(
      '--memory <size>',
      'memory limit, such as 512mb or 4gb; when it is full, jobs wait',
      memorySize,
      '1gb',
    )
    .option(
      '--client-limit <n>',
      `maximum number of unfinished jobs per client; the store keeps this setting (initially ${DEFAULT_CLIENT_LIMIT})`,
      whole(1),
    )
    .addOption(
      new Option('--password <word>', 'password, required to listen on other addresses than loopback')
        .env('ISONOISE_REDIS_PASSWORD')
        .argParser(nonEmpty),
    )
    .option('--quiet', 'print only the result')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: StartFlags) => {
      const { startStore } = await import('../jobs/start-store.ts');
      await startStore(flags, processTerminal(flags.quiet));
    });
}
