/**
 * An ONNX model as plain data: what the rest of the project reads and writes.
 * Field meanings are those of onnx.proto; only names are spelled the TypeScript way.
 *
 * What onnx.proto has and these types do not name is kept in `rest`: the protobuf encoding of those fields, as a
 * message of the same type. A protobuf message is the concatenation of its fields, so writing a model appends
 * `rest` as it is and nothing is lost. Code that builds models leaves it out.
 */
import type { DataType } from './data-type.ts';

/** A constant: elements in row-major order. Exactly one of `raw`, `strings`, `external` holds them. */
export interface TensorData {
  readonly name: string;
  readonly dataType: DataType;
  readonly dims: readonly number[];
  /**
   * Little-endian elements, types under 8 bits packed as onnx.proto says. Empty where `strings` or `external`
   * holds the elements. After `decodeModel` a view of the bytes that were given, unless the file has the elements in
   * a field of their type (`float_data`, …).
   */
  readonly raw: Uint8Array;
  /** The elements of a 'string' tensor, UTF-8 by convention; `toStrings` decodes them. */
  readonly strings?: readonly Uint8Array[];
  /** Where the elements are, if in another file: `location`, `offset`, `length`, `checksum`. */
  readonly external?: Readonly<Record<string, string>>;
  /** doc_string, metadata_props, segment. */
  readonly rest?: Uint8Array;
}

export type AttributeValue =
  | { readonly type: 'int'; readonly value: number | bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ints'; readonly value: readonly (number | bigint)[] }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: TensorData }
  | { readonly type: 'tensors'; readonly value: readonly TensorData[] }
  | { readonly type: 'graph'; readonly value: Graph }
  | { readonly type: 'graphs'; readonly value: readonly Graph[] };

export interface Node {
  readonly opType: string;
  /** Operator set: '' is the standard one. */
  readonly domain?: string | undefined;
  readonly name: string;
  /** '' marks an optional input that is absent. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>> | undefined;
  readonly docString?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Attributes of other kinds (sparse tensors, types, references, strings that are not UTF-8), overload, devices. */
  readonly rest?: Uint8Array | undefined;
}

/** A graph input or output, or the type of a value between. */
export interface ValueInfo {
  readonly name: string;
  /** Absent where the value is no dense tensor, or nothing is said of it: the type, if any, is then in `rest`. */
  readonly dataType?: DataType;
  /** A dimension is a number, a name where it is symbolic, or null where unknown. Absent: the rank is unknown. */
  readonly shape?: readonly (number | string | null)[];
  /** Meaning of the value ('IMAGE'), and of each dimension ('' where none is stated): onnx's docs/TypeDenotation.md. */
  readonly denotation?: string;
  readonly dimDenotations?: readonly string[];
  /** doc_string, metadata_props, and types that are no dense tensor. */
  readonly rest?: Uint8Array;
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly initializers: readonly TensorData[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Types of values between inputs and outputs, where they are stated. */
  readonly valueInfos?: readonly ValueInfo[];
  readonly docString?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Sparse initializers, quantization annotations, initializers of element types unknown here. */
  readonly rest?: Uint8Array;
}

export interface Model {
  readonly irVersion: number;
  /** Operator set version by domain; '' is the standard one. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producerName: string;
  readonly producerVersion?: string;
  /** Namespace of the model, as a reversed DNS name. */
  readonly domain?: string;
  readonly modelVersion?: number | bigint;
  readonly docString?: string;
  readonly graph: Graph;
  readonly metadata: Readonly<Record<string, string>>;
  /** Functions, training information, device configurations. */
  readonly rest?: Uint8Array;
}
