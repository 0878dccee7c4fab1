import type { ModelSpec } from '@isonoise/bundle';
import type { LookRecord } from '@isonoise/data';
import type { ModelStorage } from '@isonoise/runtime-web';
import { computed, type ReadonlySignal, signal } from '@preact/signals';

/** A run of the Train tab whose network can draw. */
export interface RunModel {
  /** Name of the run. */
  readonly run: string;
  /** When the run began, in ISO 8601. A later run may have the same name. */
  readonly begun: string;
  /** Step of its last checkpoint. */
  readonly step: number;
  readonly spec: ModelSpec;
  /** Colours and symmetry of the images; undefined if the run does not record them. */
  readonly look: LookRecord | undefined;
}

/** The code that reads runs. It is large, so it is loaded only if there are runs. */
export interface RunReader {
  readonly runModels: ReadonlySignal<readonly RunModel[]>;
  readRunModels(): Promise<void>;
  /** Opens a run as a model. @returns an ONNX file with everything that drawing needs */
  openRunModel(run: string, signal: AbortSignal): Promise<File>;
}

/** A {@link RunModel} in the list of models. Its spec has the name that the list shows. */
export interface ListedRun extends RunModel {
  /** Opens the last checkpoint of the run as a model. @returns an ONNX file with everything that drawing needs */
  open(signal: AbortSignal): Promise<File>;
}

/** The runs of this browser as models. */
export interface RunModelList {
  /** Newest first. Empty until they are read. */
  readonly models: ReadonlySignal<readonly ListedRun[]>;
  /** Whether a call of `load` has ended, even if the runs could not be read. */
  readonly isLoaded: ReadonlySignal<boolean>;
  load(): Promise<void>;
}

/** Returns the name of a run in the list of models: `mnist (run)`. A model exported from this run is named `mnist`. */
export const nameOfRun = (run: string): string => `${run} (run)`;

/**
 * Creates the list of runs as models.
 *
 * @param storage the storage of runs
 * @param loadReader loads the code that reads runs
 */
export function createRunModelList(
  storage: Pick<ModelStorage, 'keys'>,
  loadReader: () => Promise<RunReader>,
): RunModelList {
  const reader = signal<RunReader | null>(null);
  const isLoaded = signal(false);
  const models = computed(() => {
    const { value } = reader;
    if (value === null) return [];
    return value.runModels.value.map(
      (model): ListedRun => ({
        ...model,
        spec: { ...model.spec, name: nameOfRun(model.run) },
        open: (signal) => value.openRunModel(model.run, signal),
      }),
    );
  });
  return {
    models,
    isLoaded,
    async load() {
      try {
        const hasRuns = (await storage.keys('')).some((key) => key.endsWith('/run.json'));
        if (hasRuns) reader.value ??= await loadReader();
        await reader.value?.readRunModels();
      } catch {
        // Without readable runs, the list stays as it is. Private windows can forbid storage; the Train tab reports
        // other failures.
      }
      isLoaded.value = true;
    },
  };
}
