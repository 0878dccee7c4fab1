import { type Command, Option } from 'commander';
import { DEFAULT_REDIS } from '../jobs/jobs-flags.ts';
import { nonEmpty, whole } from '../terminal/arguments.ts';

/** Most images that a worker draws together. */
const MOST_RANGE = 4096;
/** Largest priority number of BullMQ. */
const MOST_PRIORITY = 2 ** 21;

/** Creates the option `--redis`. */
export function redisOption(): Option {
  return new Option('--redis <url>', 'address of the Redis server of the jobs')
    .env('ISONOISE_REDIS')
    .argParser(nonEmpty)
    .default(DEFAULT_REDIS);
}

/** Adds the options of the commands that let workers draw. */
export function addDistributedOptions(command: Command): Command {
  return command
    .optionsGroup('Many machines:')
    .option(
      '--distributed',
      'let the workers of pnpm worker draw the images (docs/jobs.md); the images do not change',
    )
    .addOption(redisOption())
    .option(
      '--same-bits',
      'draw all images on one kind of processor, because kinds can differ in the last bits (default: on all kinds)',
    )
    .option(
      '--priority <n>',
      'jobs with a smaller number are drawn first (default: 10)',
      whole(1, MOST_PRIORITY),
    );
}

/** Creates the option `--range-size`. */
export function rangeSizeOption(): Option {
  return new Option(
    '--range-size <n>',
    'images that a worker draws together (default: an eighth of all images, at most 64)',
  ).argParser(whole(1, MOST_RANGE));
}
