export { loadTfjsNode, TfjsNodeUnavailableError } from './tfjs-node.ts';
