/**
 * An ONNX model as plain data, which the rest of the project reads and writes. Fields have the meaning of
 * onnx.proto, with names in camel case.
 *
 * Fields of onnx.proto that do not have a type here are kept in `rest`, encoded as a protobuf message of the same type.
 * A protobuf message is the concatenation of its fields, so `rest` is appended unchanged when a model is written, and
 * nothing is lost. Code that builds models omits `rest`.
 */
import type { DataType } from './data-type.ts';

/** A constant, with elements in row-major order in exactly one of `raw`, `strings` and `external`. */
export interface TensorData {
  readonly name: string;
  readonly dataType: DataType;
  readonly dims: readonly number[];
  /**
   * Little-endian elements. Types under 8 bits are packed as in onnx.proto. Empty if the elements are in `strings` or
   * `external`. After `decodeModel`, this is a view of the bytes of the file, unless the elements were in a field of
   * their type (`float_data`, …).
   */
  readonly raw: Uint8Array;
  /** The elements of a 'string' tensor, UTF-8 by convention; `toStrings` decodes them. */
  readonly strings?: readonly Uint8Array[];
  /** Location of the elements in another file: `location`, `offset`, `length`, `checksum`. */
  readonly external?: Readonly<Record<string, string>>;
  /** The fields doc_string, metadata_props and segment. */
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
  /** Domain of the operator set; '' is the standard domain. */
  readonly domain?: string | undefined;
  readonly name: string;
  /** '' marks an omitted optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>> | undefined;
  readonly docString?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * Attributes of other kinds (sparse tensors, types, references, strings that are not UTF-8), the overload, and devices.
   */
  readonly rest?: Uint8Array | undefined;
}

/** Type of a graph input, output or intermediate value. */
export interface ValueInfo {
  readonly name: string;
  /**
   * Element type. Absent if the type of the value is not declared, or if the value is not a dense tensor; `rest` then
   * contains its type.
   */
  readonly dataType?: DataType;
  /** Dimensions: a number, a name if symbolic, or null if unknown. Absent if the rank is unknown. */
  readonly shape?: readonly (number | string | null)[];
  /** Meaning of the value, such as 'IMAGE', as defined in docs/TypeDenotation.md of ONNX. */
  readonly denotation?: string;
  /** Meaning of each dimension, such as 'DATA_BATCH'; '' if not declared. */
  readonly dimDenotations?: readonly string[];
  /** The fields doc_string and metadata_props, and types other than dense tensors. */
  readonly rest?: Uint8Array;
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly initializers: readonly TensorData[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Declared types of values between inputs and outputs. */
  readonly valueInfos?: readonly ValueInfo[];
  readonly docString?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Sparse initializers, quantization annotations, initializers of unknown element types. */
  readonly rest?: Uint8Array;
}

export interface Model {
  readonly irVersion: number;
  /** Operator set version by domain; '' is the standard domain. */
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
