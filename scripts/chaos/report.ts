import { STAGES, type TrainingCounts } from './chaos-training.ts';
import { SIGNALS } from './kill-plan.ts';

export interface ChaosResult {
  readonly seed: number;
  readonly training: TrainingCounts;
  readonly killedExports: number;
  /** Date, such as `2026-12-01`. */
  readonly date: string;
  /** Version of Node, and the platform. */
  readonly surroundings: string;
}

/** Formats the section of reliability.md, as Markdown. */
export function chaosReport({ seed, training, killedExports, date, surroundings }: ChaosResult): string {
  const { kills, completed } = training;
  const signals = [...new Set(SIGNALS)];
  const rows = signals.map((signal) => {
    const of = kills.filter((kill) => kill.signal === signal);
    const stages = STAGES.map((stage) => of.filter((kill) => kill.stage === stage).length);
    const endedCleanly = of.filter((kill) => kill.endedCleanly).length;
    return `| ${[signal, of.length, ...stages, signal === 'SIGKILL' ? '–' : endedCleanly].join(' | ')} |`;
  });
  return [
    `\`pnpm chaos --kills ${kills.length} --seed ${seed}\`, ${date}, ${surroundings}.`,
    '',
    `A small training was killed ${kills.length} times, at random times that depend on the seed, and resumed each time. ` +
      `${completed === 1 ? 'One run' : `All ${completed} runs`} completed. Each has the same last checkpoints, loss curve ` +
      'and sample sheets as a run that was not killed, bit for bit, and left no temporary files.',
    '',
    `| signal | kills | ${STAGES.join(' | ')} | ended cleanly |`,
    `|---|${'---:|'.repeat(STAGES.length + 2)}`,
    ...rows,
    '',
    `${killedExports} exports were killed. The next export removed the files that they had left, and its model equals ` +
      'that of an export that was not killed, bit for bit.',
  ].join('\n');
}
