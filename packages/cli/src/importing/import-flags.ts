import type { ExportFlags } from '../exporting/export-flags.ts';

/** Options of `import-model` as commander passes them. */
export interface ImportFlags
  extends Pick<
    ExportFlags,
    | 'out'
    | 'name'
    | 'size'
    | 'precision'
    | 'reference'
    | 'samples'
    | 'sampleSteps'
    | 'license'
    | 'singleFile'
    | 'force'
    | 'json'
    | 'quiet'
  > {
  /**
   * Path of the network's configuration. Default: the configuration of the model; for a weights file, config.json
   * beside it.
   */
  readonly config?: string;
  /** Path of the scheduler's configuration. Default: the configuration of the model. */
  readonly scheduler?: string;
  /** Name of the set of weights, for a checkpoint with several sets. */
  readonly weights?: string;
  readonly ignoreUnused?: boolean;
  /** Path of a text file with one class name per line. */
  readonly classNames?: string;
  readonly nullClass?: boolean;
}
