import {
  DEFAULT_PRIORITY,
  DEFAULT_SAVE_EVERY,
  MOST_DEFAULT_RANGE,
  MOST_PRIORITY,
  MOST_RANGE_SIZE,
} from '@isonoise/jobs/limits';
import { type Command, Option } from 'commander';
import { DEFAULT_REDIS } from '../jobs/jobs-flags.ts';
import { nonEmpty, whole } from '../terminal/arguments.ts';

/** Creates the option `--redis` without a default. */
export function optionalRedisOption(help: string): Option {
  return new Option('--redis <url>', help).env('ISONOISE_REDIS').argParser(nonEmpty);
}

/** Creates the option `--redis`. */
export function redisOption(): Option {
  return optionalRedisOption('address of the Redis server of the jobs').default(DEFAULT_REDIS);
}

/** Adds the options of the commands that let workers draw. */
export function addDistributedOptions(command: Command): Command {
  return command
    .optionsGroup('Many machines:')
    .option(
      '--distributed',
      'let the workers of pnpm worker draw the images (docs/jobs.md); on processors of one kind, the bytes do not change',
    )
    .addOption(redisOption())
    .option(
      '--same-bits',
      'draw all images on one kind of processor, because kinds can differ in the last bits (default: on all kinds)',
    )
    .option(
      '--priority <n>',
      `jobs with a smaller number are drawn first (default: ${DEFAULT_PRIORITY})`,
      whole(1, MOST_PRIORITY),
    )
    .option(
      '--save-every <n>',
      `steps after which a worker saves the state of its images in Redis; 0: never (default: ${DEFAULT_SAVE_EVERY})`,
      whole(0),
    );
}

/** Creates the option `--range-size`. */
export function rangeSizeOption(): Option {
  return new Option(
    '--range-size <n>',
    `images that a worker draws together (default: an eighth of all images, at most ${MOST_DEFAULT_RANGE})`,
  ).argParser(whole(1, MOST_RANGE_SIZE));
}
