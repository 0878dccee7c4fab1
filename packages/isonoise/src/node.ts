export { loadModel } from '@isonoise/runtime-node';
