import { scriptError } from '../../script-error.ts';
import type { Consumer } from '../consumer.ts';

export const cli: Consumer = {
  title: 'the isonoise command: verify, a training of two steps, and its export',
  ours: ['@isonoise/cli'],
  packages: {},
  files: {},
  model: 'models/mnist',
  async use(workshop) {
    const isonoise = (...args: string[]): Promise<string> => workshop.run('isonoise', args);
    const verified = await isonoise('verify', 'models/mnist');
    if (!/golden image +ok/.test(verified)) {
      throw scriptError(
        'CONSUMERS_UNEXPECTED',
        `isonoise verify: got the output below; expected "golden image ok".\n${verified}`,
      );
    }
    await isonoise('train', '--dataset', 'mnist', '--preset', 'quick', '--name', 'tiny', '--steps', '2');
    await isonoise('export-onnx', 'runs/tiny', '--out', 'out/tiny');
    // No hashes are returned, because isonoise verify has compared the golden image.
    return {};
  },
};
