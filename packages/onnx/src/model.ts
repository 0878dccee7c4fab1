/**
 * An ONNX model as plain data: what the rest of the project reads and writes.
 * Field meanings are those of onnx.proto; only names are spelled the TypeScript way.
 */

/** Element types of `TensorProto.DataType` that this package names. */
export type DataType =
  | 'float32'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'string'
  | 'bool'
  | 'float16'
  | 'float64'
  | 'uint32'
  | 'uint64'
  | 'bfloat16';

/** A constant: raw little-endian elements in row-major order. */
export interface TensorData {
  readonly name: string;
  readonly dataType: DataType;
  readonly dims: readonly number[];
  readonly raw: Uint8Array;
}

export type AttributeValue =
  | { readonly type: 'int'; readonly value: number | bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ints'; readonly value: readonly (number | bigint)[] }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: TensorData }
  | { readonly type: 'graph'; readonly value: Graph };

export interface Node {
  readonly opType: string;
  /** Operator set: '' is the standard one. */
  readonly domain?: string;
  readonly name: string;
  /** '' marks an optional input that is absent. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** A graph input or output. A dimension is a number, or a name where it is symbolic. */
export interface ValueInfo {
  readonly name: string;
  readonly dataType: DataType;
  readonly shape: readonly (number | string)[];
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly initializers: readonly TensorData[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

export interface Model {
  readonly irVersion: number;
  /** Operator set version by domain; '' is the standard one. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producerName: string;
  readonly producerVersion?: string;
  readonly docString?: string;
  readonly graph: Graph;
  readonly metadata: Readonly<Record<string, string>>;
}
