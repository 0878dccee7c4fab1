const WEIGHTS = String.raw`\.(safetensors|bin|pth?|ckpt)$`;
const WEIGHTS_FILE = new RegExp(WEIGHTS, 'i');
/** Files by which a model from Python is recognized: those of a diffusers pipeline, and weights. */
const PYTHON_FILE = new RegExp(
  String.raw`(^|[/\\])(model_index\.json|diffusion_pytorch_model\.[^/\\]+)$|${WEIGHTS}`,
  'i',
);

/** Whether a path has the name of a model's file as diffusers or PyTorch write it. Such models must be imported. */
export const isPythonFile = (path: string): boolean => PYTHON_FILE.test(path);

/** Returns the path of a weights file without its extension; other paths are unchanged. */
export const withoutWeightsExtension = (path: string): string => path.replace(WEIGHTS_FILE, '');
