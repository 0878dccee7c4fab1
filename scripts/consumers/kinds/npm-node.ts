import type { Consumer } from '../consumer.ts';
import { ConsumersError } from '../consumers-error.ts';
import { drawModule, nodeProgram } from '../drawing.ts';

/**
 * npm up to version 11 runs install scripts; ONNX Runtime's asks a host for CUDA that is made unreachable here. The
 * install succeeds all the same, and the error at run time names the one command that helps.
 */
export const npmNode: Consumer = {
  title: 'npm install without NuGet, then Node',
  ours: ['isonoise'],
  packages: {},
  files: { 'draw.js': drawModule, 'main.js': nodeProgram },
  model: 'models/mnist',
  // What global-agent, by which that script downloads, takes for a proxy: nothing listens there. Empty: not set.
  installEnv: { ONNXRUNTIME_NODE_INSTALL: '', GLOBAL_AGENT_HTTPS_PROXY: 'http://127.0.0.1:9' },
  async use(workshop) {
    const version = await workshop.run('npm', ['--version']);
    if (Number.parseInt(version, 10) < 12 && process.platform === 'linux' && process.arch === 'x64') {
      const complaint = await workshop.run('node', ['main.js'], { fails: true });
      const advice = /npm (install onnxruntime-node@\S+ --ignore-scripts)/.exec(complaint)?.[1];
      if (!complaint.includes('RUNTIME_PROVIDER') || advice === undefined) {
        throw new ConsumersError(
          'CONSUMERS_UNEXPECTED',
          `without onnxruntime-node: got the complaint below; expected RUNTIME_PROVIDER with a command.\n${complaint}`,
        );
      }
      await workshop.run('npm', advice.split(' '));
    }
    return { node: (await workshop.run('node', ['main.js'])).trim() };
  },
};
