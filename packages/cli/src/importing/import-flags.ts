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
    | 'force'
    | 'json'
    | 'quiet'
  > {
  /** Configuration of the network, for a weights file. Default: config.json beside it. */
  readonly config?: string;
  /** Configuration of the scheduler. Default: that of the model. */
  readonly scheduler?: string;
  /** The set of weights, for a checkpoint with several sets. */
  readonly weights?: string;
  readonly ignoreUnused?: boolean;
  /** Text file with a name on each line. */
  readonly classNames?: string;
  readonly nullClass?: boolean;
}
