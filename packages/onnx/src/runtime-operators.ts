/**
 * Operators of ONNX Runtime's own domains that this project uses, in the notation of `operators`.
 * Source: onnxruntime/core/graph/contrib_ops/nchwc_schema_defs.cc.
 */
export const runtimeOperators: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'com.microsoft.nchwc': {
    Conv: '1||X:T W:T B?:T Sum?:T|Y:T|activation:string activation_params:floats auto_pad:string dilations:ints group:int kernel_shape:ints pads:ints strides:ints|T=t9',
    ReorderInput: '1||X:T|Y:T|channels_last:int|T=t9',
    ReorderOutput: '1||X:T|Y:T|channels:int channels_last:int|T=t9',
  },
};
