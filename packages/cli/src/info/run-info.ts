import { checkpointSteps, parseMetrics, snapshotSteps, trainingSeconds } from '@isonoise/train';
import { commandLine } from '../command-line.ts';
import { readRunDirectory } from '../run-directory.ts';
import { count, duration, plural } from '../terminal/format.ts';
import { deviceText } from '../training/device-text.ts';
import { readRunRecord } from '../training/run-record.ts';
import type { Description } from './description.ts';

/**
 * Describes a run. The run may still be training.
 *
 * @throws `RUN_NOT_FOUND` if the path is not a run; `RUN_FILE` if a file is damaged
 */
export async function describeRun(path: string): Promise<Description> {
  const run = await readRunDirectory(path);
  const [record, config, steps, snapshots, text] = await Promise.all([
    readRunRecord(path),
    run.readConfig(),
    checkpointSteps(run.store),
    snapshotSteps(run.store),
    run.metrics.read(),
  ]);
  const metrics = parseMetrics(text);
  const last = metrics.at(-1);
  const seconds = trainingSeconds(metrics, config.batchSize);
  const [latest] = steps;
  return {
    kind: 'run',
    rows: [
      ['run', `${path}, begun ${record.begun}`],
      ['data', `${record.data.dataset}, ${plural(record.images, 'image')}`],
      ['step', `${count(last?.step ?? 0)} of ${count(config.steps)}, ${duration(seconds)} of training`],
      ['loss', last === undefined ? 'none yet' : `${last.loss_smoothed.toFixed(5)} smoothed`],
      ['checkpoints', steps.toReversed().join(', ') || 'none yet'],
      ...(snapshots.length === 0 ? [] : [['snapshots', snapshots.join(', ')] as const]),
      ['engine', [record.engine.engine, deviceText(record.engine)].filter(Boolean).join(', ')],
      ['command', record.command.split('\n')],
      ['config', JSON.stringify(config, null, 2).split('\n')],
      ...(latest === undefined
        ? []
        : [['next', `${commandLine(['pnpm', 'export-onnx', path])} --out models/<name>`] as const]),
    ],
    json: {
      path,
      record,
      config,
      checkpoints: steps,
      snapshots,
      step: last?.step ?? 0,
      seconds,
      last: last ?? null,
    },
  };
}
