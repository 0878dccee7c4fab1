export type { AttributeValue, DataType, Graph, Model, Node, TensorData, ValueInfo } from './model.ts';
