import { scriptError } from '../../script-error.ts';
import type { Consumer } from '../consumer.ts';
import { drawModule, nodeProgram } from '../drawing.ts';

/**
 * npm up to version 11 runs install scripts. ONNX Runtime's script downloads CUDA from NuGet, which is made
 * unreachable here. The install must still succeed, and the error at run time must name the command that
 * installs the missing files.
 */
export const npmNode: Consumer = {
  title: 'npm install without NuGet, then Node',
  ours: ['isonoise'],
  packages: {},
  files: { 'draw.js': drawModule, 'main.js': nodeProgram },
  model: 'models/mnist',
  // The script downloads through global-agent, which uses this proxy, and nothing listens at its address. An empty
  // ONNXRUNTIME_NODE_INSTALL counts as unset.
  installEnv: { ONNXRUNTIME_NODE_INSTALL: '', GLOBAL_AGENT_HTTPS_PROXY: 'http://127.0.0.1:9' },
  async use(workshop) {
    const version = await workshop.run('npm', ['--version']);
    if (Number.parseInt(version, 10) < 12 && process.platform === 'linux' && process.arch === 'x64') {
      const output = await workshop.run('node', ['main.js'], { fails: true });
      const advice = /npm (install onnxruntime-node@\S+ --ignore-scripts)/.exec(output)?.[1];
      if (!output.includes('RUNTIME_PROVIDER') || advice === undefined) {
        throw scriptError(
          'CONSUMERS_UNEXPECTED',
          `without onnxruntime-node: got the output below; expected RUNTIME_PROVIDER with a command.\n${output}`,
        );
      }
      await workshop.run('npm', advice.split(' '));
    }
    return { node: (await workshop.run('node', ['main.js'])).trim() };
  },
};
