/** Things that are timed, in a Web Worker of the page. */
export interface BenchCalls {
  /**
   * Starts the worker, once a page: ONNX Runtime's WASM and tfjs's wasm backend on so many threads.
   * @returns threads that tfjs says it has
   */
  startBench(threads: number): Promise<number>;
  /** A graph in ONNX Runtime. @returns its number for `runBench` */
  openGraph(model: Uint8Array, feeds: readonly BenchFeed[]): Promise<number>;
  /** The network of `workload`, run eagerly by tfjs. @returns its number for `runBench` */
  openEager(batch: number): Promise<number>;
  /** Runs it once, to the end. */
  runBench(id: number): Promise<void>;
}

/** An input of a graph. */
export interface BenchFeed {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array;
}
