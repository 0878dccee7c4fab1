import path from 'node:path';
import { command, EXAMPLES, type Example, linesOf, streamArguments, tryCommand } from './example.ts';

// -B stops Python from writing byte code beside the scripts.
const script = (name: string): readonly string[] => ['-B', path.join(EXAMPLES, 'python', name)];

/** The example in Python, which needs numpy and onnxruntime. */
export const pythonExample = (python: string): Example => ({
  title: 'Python with numpy and onnxruntime',
  async prepare() {
    const ran = await tryCommand(python, ['-c', 'import numpy, onnxruntime']);
    if (ran === undefined) return `${python} is not installed; name an interpreter with --python`;
    if (ran.code === 0) return undefined;
    return `${linesOf(ran.errors).at(-1)} (${python} -m pip install numpy onnxruntime)`;
  },
  async version() {
    return (await command(python, ['-c', 'import onnxruntime; print(onnxruntime.__version__)'])).trim();
  },
  async normals(streams) {
    return linesOf(await command(python, [...script('vectors.py'), ...streamArguments(streams)]));
  },
  async drawDigit(model, file) {
    await command(python, [...script('digit.py'), path.join(model, 'unet/model.onnx'), file]);
  },
  async draw({ model, seed, steps, label, tags, guidance, count }, out) {
    await command(python, [
      ...script('sample.py'),
      path.join(model, 'unet/model.onnx'),
      ...['--seed', `${seed}`, '--steps', `${steps}`, '--label', `${label}`],
      ...(tags.length === 0 ? [] : ['--tags', tags.join(',')]),
      ...['--guidance', `${guidance}`, '--count', `${count}`, '--out', out],
    ]);
  },
});
