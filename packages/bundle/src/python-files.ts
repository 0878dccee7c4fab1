/** Files by which a model from Python is recognized: those of a diffusers pipeline, and weights. */
const PYTHON_FILE =
  /(^|[/\\])(model_index\.json|diffusion_pytorch_model\.[^/\\]+)$|\.(safetensors|bin|pth?|ckpt)$/i;

/** Whether a path has the name of a model's file as diffusers or PyTorch write it. Such models must be imported. */
export const isPythonFile = (path: string): boolean => PYTHON_FILE.test(path);
