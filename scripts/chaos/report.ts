import { PLACES, type TrainingCounts } from './chaos-training.ts';
import { SIGNALS } from './kill-plan.ts';

export interface ChaosResult {
  readonly seed: number;
  readonly training: TrainingCounts;
  readonly killedExports: number;
  /** `2026-12-01` */
  readonly date: string;
  /** Node and platform. */
  readonly surroundings: string;
}

/** The section of the report, Markdown. */
export function chaosReport({ seed, training, killedExports, date, surroundings }: ChaosResult): string {
  const { kills, completed } = training;
  const signals = [...new Set(SIGNALS)];
  const rows = signals.map((signal) => {
    const of = kills.filter((kill) => kill.signal === signal);
    const places = PLACES.map((place) => of.filter((kill) => kill.place === place).length);
    const inOrder = of.filter((kill) => kill.inOrder).length;
    return `| ${[signal, of.length, ...places, signal === 'SIGKILL' ? '–' : inOrder].join(' | ')} |`;
  });
  return [
    `\`pnpm chaos --kills ${kills.length} --seed ${seed}\`, ${date}, ${surroundings}.`,
    '',
    `A small training was killed ${kills.length} times at moments of a seeded stream and resumed each time. ${completed} ` +
      `${completed === 1 ? 'run' : 'runs'} came to the end; each had the last checkpoints, the curve and the sample sheets of the ` +
      'undisturbed run, bit for bit, and nothing was left behind.',
    '',
    `| signal | kills | ${PLACES.join(' | ')} | ended in order |`,
    `|---|${'---:|'.repeat(PLACES.length + 2)}`,
    ...rows,
    '',
    `${killedExports} exports were killed; the next one cleaned up what they had left, and its model is that of an ` +
      'undisturbed export, bit for bit.',
  ].join('\n');
}
