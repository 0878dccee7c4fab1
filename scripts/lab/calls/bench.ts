/** Contenders that are timed in a Web Worker of the page. */
export interface BenchCalls {
  /**
   * Starts ONNX Runtime's WASM and tfjs's wasm backend in the worker, with the given number of threads. Must be called
   * once per page.
   * @returns number of threads that tfjs reports
   */
  startBench(threads: number): Promise<number>;
  /** Opens a graph in ONNX Runtime. @returns the number of the graph, for `runBench` */
  openGraph(model: Uint8Array, feeds: readonly BenchFeed[]): Promise<number>;
  /** Opens the network of `workload`, which tfjs runs eagerly. @returns the number of the network, for `runBench` */
  openEager(batch: number): Promise<number>;
  /** Runs a contender once. */
  runBench(id: number): Promise<void>;
}

/** An input of a graph. */
export interface BenchFeed {
  readonly name: string;
  readonly type: 'float32' | 'int32' | 'bool';
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}
