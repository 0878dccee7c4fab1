import type { PixelLoss } from './pixel-loss.ts';
import type { OptimizerConfig } from './train-config.ts';
import type { StateLayout } from './train-state.ts';

type WithoutRate<C> = C extends unknown ? Omit<C, 'learningRate'> : never;

/** Constants of the optimizer and the averages. Values that change between steps are tensors instead. */
export type UpdateOptions = WithoutRate<OptimizerConfig> & Pick<StateLayout, 'averages'>;

/** Constants of the step. */
export type StepOptions = UpdateOptions & {
  /** Loss of a pixel. Default: the squared error. */
  readonly loss?: PixelLoss | undefined;
};
