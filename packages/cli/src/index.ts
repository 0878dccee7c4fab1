export { exitCodeOf } from './exit-code.ts';
export { checkOutputFolder } from './outputs/check-outputs.ts';
export { loadTfjsNode, TfjsNodeUnavailableError } from './tfjs-node.ts';
