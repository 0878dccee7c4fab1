import { Command } from 'commander';
import type { WorkerFlags } from '../jobs/jobs-flags.ts';
import { nonEmpty, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { redisOption } from './distributed-options.ts';
import { providerOption, threadsOption } from './machine-options.ts';

const EXAMPLES = `
Draws ranges of images for the jobs of pnpm sample --distributed. Start as many workers as you like, on any machine that
reaches the Redis server. If a worker is stopped or killed, other workers continue its images from the last saved
state. The result has the same bytes if all workers have the same kind of processor. Ctrl-C saves the state of the current
ranges and puts them back.

Examples:
  pnpm worker
  pnpm worker --redis redis://:secret@192.168.1.10:6379 --models models --threads 1`;

/** Creates the verb `isonoise worker`. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('draw images for the jobs of other commands')
    .optionsGroup('Jobs:')
    .addOption(redisOption())
    .option('--models <dir>', 'folder of models', nonEmpty, 'models')
    .option(
      '--parallel <n>',
      'ranges drawn at the same time; they share passes of the network',
      whole(1, 64),
      2,
    )
    .option(
      '--lock-seconds <n>',
      'if this worker is silent for this time, other workers continue its images',
      whole(1, 3600),
      15,
    )
    .optionsGroup('Machine:')
    .addOption(providerOption())
    .addOption(threadsOption())
    .option('--batch-size <n>', 'maximum number of images per pass; does not change the images', whole(1), 64)
    .optionsGroup('Output:')
    .option('--quiet', 'print only warnings')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: WorkerFlags) => {
      const { runWorker } = await import('../jobs/run-worker.ts');
      await runWorker(flags, processTerminal(flags.quiet));
    });
}
