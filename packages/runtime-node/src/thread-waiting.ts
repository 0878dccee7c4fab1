/**
 * How threads within an operator wait for work: the setting `session.intra_op` of ONNX Runtime.
 *
 * By default, waiting threads spin for a long time and occupy cores that other work needs. On a busy machine,
 * a step took up to three times as long. Threads that sleep at once must be woken for each of hundreds of
 * operators. The time between operators is a few microseconds, so spinning for that time costs little.
 * `pnpm bench spinning` compares the three settings.
 */
export const THREAD_WAITING = { allow_spinning: '1', spin_duration_us: '5' } as const;
