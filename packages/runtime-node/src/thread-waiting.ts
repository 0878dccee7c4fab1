/**
 * How threads within an operator wait for work: the setting `session.intra_op` of ONNX Runtime.
 *
 * By default, waiting threads spin for a long time and occupy cores that other work needs. On a machine with another
 * busy process, a training step with the default took 1.55 times as long as with this setting (decision 15). Threads
 * that sleep immediately must be woken for each operator, hundreds of times a step. The time between operators is a
 * few microseconds, so spinning for that time costs little. `pnpm bench spinning` compares sleeping, this setting and
 * the default.
 */
export const THREAD_WAITING = { allow_spinning: '1', spin_duration_us: '5' } as const;
