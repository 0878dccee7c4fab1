export { exitCodeOf } from './exit-code.ts';
export { checkOutputFolder } from './outputs/check-outputs.ts';
export { loadTfjsNode } from './tfjs-node.ts';
