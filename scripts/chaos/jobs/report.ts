import type { JobCounts } from './disturb-job.ts';

export interface JobReport {
  readonly counts: JobCounts;
  readonly seed: number;
  readonly minutes: number;
  /** Date, such as `2026-12-01`. */
  readonly date: string;
  /** Version of Node, and the platform. */
  readonly surroundings: string;
}

const number = (value: number): string => value.toLocaleString('en-US');

/** Formats the section of reliability.md, as Markdown. */
export function jobsReport({ counts, seed, minutes, date, surroundings }: JobReport): string {
  const { images, different, kills, killedBusy, restarts, discarded } = counts;
  const row = [images, kills, killedBusy, restarts, discarded, images, different].map(number);
  return [
    `\`pnpm chaos jobs --count ${images} --kills ${kills} --restarts ${restarts} --seed ${seed}\`, ${date}, ${surroundings}, ${Math.ceil(minutes)} min.`,
    '',
    'Two workers drew a job of models/mnist with 10 steps an image. At random times that depend on the seed, a worker was killed ' +
      'by SIGKILL and replaced, or Redis was killed and started again. The SHA-256 of each image equals that of an ' +
      'undisturbed run in one process, and each image occurs exactly once in the result.',
    '',
    '| images | workers killed | killed while drawing | Redis restarts | ranges finished twice, second discarded | equal images | different hashes |',
    `|${'---:|'.repeat(row.length)}`,
    `| ${row.join(' | ')} |`,
  ].join('\n');
}
