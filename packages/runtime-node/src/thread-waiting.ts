/**
 * How threads within an operator wait for their next piece of work, as ONNX Runtime's `session.intra_op`.
 *
 * Those that spin for long, its default, take the cores from whatever else runs: beside other work a step took up to
 * three times as long. Those that sleep at once have to be woken for each of hundreds of operators. Between two of them
 * lie some microseconds, and to spin that long costs little. `pnpm bench spinning` compares the three.
 */
export const THREAD_WAITING = { allow_spinning: '1', spin_duration_us: '5' } as const;
