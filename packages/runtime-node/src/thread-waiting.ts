/**
 * How threads within an operator wait for work, as ONNX Runtime's setting `session.intra_op`.
 *
 * By default, waiting threads spin for a long time and occupy cores that other work needs. On a machine with a second
 * busy process, this made a training step 1.55 times as long (decision 15). Threads that sleep at once must be woken
 * for each operator, hundreds of times a step. Spinning for a few microseconds bridges the time between two operators
 * and costs little. `pnpm bench spinning` compares sleeping, this setting and the default.
 */
export const THREAD_WAITING = { allow_spinning: '1', spin_duration_us: '5' } as const;
