import type { TimestepRule } from '@isonoise/schedule';
import type { CheckpointChoice } from './pick-checkpoint.ts';
import type { Reference } from './reference-backend.ts';

/** Options of `export-onnx` as commander passes them. */
export interface ExportFlags {
  readonly out: string;
  readonly checkpoint?: CheckpointChoice;
  readonly name?: string;
  readonly raw?: boolean;
  /** Default: float32 for a run, the present precision for a model. */
  readonly fp16?: boolean;
  readonly spacing: TimestepRule;
  readonly reference: Reference;
  readonly samples: number;
  readonly sampleSteps?: number;
  readonly license?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}
