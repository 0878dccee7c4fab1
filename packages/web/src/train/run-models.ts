import { unpackError } from '@isonoise/error';
import { modelSpecOf } from '@isonoise/train';
import { computed } from '@preact/signals';
import type { RunReader } from '../model/run-model-list.ts';
import type { RunList } from './run-list.ts';
import type { startTrainingWorker } from './training-client.ts';

/**
 * Creates a reader that lists the runs with a checkpoint as models.
 *
 * @param startWorker starts a worker that traces a network
 */
export function createRunReader(keptRuns: RunList, startWorker: typeof startTrainingWorker): RunReader {
  return {
    runModels: computed(() => {
      const { value } = keptRuns.state;
      if (value.state !== 'known') return [];
      return value.runs
        .filter(({ step }) => step > 0)
        .map(({ record, step }) => ({
          run: record.name,
          begun: record.begun,
          step,
          look: record.look,
          spec: modelSpecOf(record.name, record.config, record, record.shape),
        }));
    }),
    readRunModels: () => keptRuns.refresh(),
    /**
     * Traces the network of a run's last checkpoint in a separate worker, even while the run is training.
     *
     * @returns an ONNX file with everything that drawing needs
     * @throws the errors of `traceRun`; the reason of `signal` once it is aborted
     */
    async openRunModel(run, signal) {
      signal.throwIfAborted();
      let leave = (): void => {};
      return new Promise<File>((resolve, reject) => {
        const worker = startWorker((message) => {
          if (message.type === 'failed') reject(unpackError(message.error));
          if (message.type === 'graph')
            resolve(new File([message.graph.onnx], `${run}-step${message.graph.step}.onnx`));
        }, reject);
        const abort = (): void => reject(signal.reason);
        signal.addEventListener('abort', abort);
        leave = () => {
          worker.close();
          signal.removeEventListener('abort', abort);
        };
        worker.send({ type: 'graph', run });
      }).finally(() => leave());
    },
  };
}
