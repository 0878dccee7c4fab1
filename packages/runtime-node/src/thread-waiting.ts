/**
 * How threads within an operator wait for work: the setting `session.intra_op` of ONNX Runtime.
 *
 * By default threads spin for a long time and take the cores from other work; beside other work, a step took
 * up to three times as long. Threads that sleep at once must be woken for each of hundreds of operators. The
 * time between operators is a few microseconds, so spinning for that time costs little. `pnpm bench spinning`
 * compares the three settings.
 */
export const THREAD_WAITING = { allow_spinning: '1', spin_duration_us: '5' } as const;
