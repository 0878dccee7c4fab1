// Allowed imports; see docs/design.md, "Packages". Pure maths is at the bottom; only outer packages use tfjs,
// ONNX Runtime, Node and the DOM.
/** Every package may import these. */
const floor = ['error'];
const allowed = {
  error: [],
  random: [],
  schedule: [],
  evaluate: ['random'],
  sampler: ['random', 'schedule'],
  picture: [],
  onnx: [],
  ops: [],
  trace: ['onnx', 'ops'],
  network: ['ops', 'random', 'schedule'],
  bundle: ['sampler', 'schedule'],
  runtime: ['sampler', 'schedule', 'bundle'],
  'runtime-node': ['runtime', 'bundle'],
  'runtime-web': ['runtime', 'bundle', 'onnx'],
  isonoise: ['runtime-node', 'runtime-web', 'runtime', 'sampler', 'bundle', 'picture'],
  api: ['runtime', 'sampler', 'schedule', 'bundle'],
  server: ['api', 'runtime-node', 'runtime', 'sampler', 'schedule', 'bundle', 'picture', 'onnx'],
  web: [
    'api',
    'isonoise',
    'runtime-web',
    'runtime',
    'train',
    'export',
    'data',
    'network',
    'bundle',
    'picture',
    'sampler',
    'schedule',
    'random',
  ],
  export: ['bundle', 'onnx', 'picture', 'random', 'runtime', 'sampler', 'trace', 'network'],
  data: ['random', 'schedule'],
  cli: [
    'bundle',
    'data',
    'export',
    'network',
    'onnx',
    'picture',
    'runtime',
    'runtime-node',
    'sampler',
    'schedule',
    'server',
    'train',
  ],
  train: ['bundle', 'data', 'onnx', 'ops', 'random', 'sampler', 'schedule', 'trace', 'network'],
};
const pure = [
  'error',
  'random',
  'evaluate',
  'schedule',
  'sampler',
  'picture',
  'onnx',
  'ops',
  'trace',
  'network',
  'bundle',
  'runtime',
  'export',
  'train',
  'api',
  'runtime-web',
  'web',
];
const external = {
  '^@tensorflow/': ['ops', 'trace', 'network', 'export', 'train', 'cli', 'web'],
  '^onnxruntime-': ['runtime', 'runtime-node', 'runtime-web', 'export', 'train', 'cli', 'web'],
  '^protobufjs': ['onnx'],
};
const source = (names) => `^packages/(${names.join('|')})/src/`;
const production = '[.]test[.]ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(allowed).map(([name, below]) => ({
      name: `${name}-imports-only-what-is-below`,
      severity: 'error',
      from: { path: source([name]), pathNot: production },
      to: { path: '^packages/', pathNot: source([name, ...floor, ...below]) },
    })),
    {
      name: 'pure-packages-know-no-platform',
      severity: 'error',
      from: { path: source(pure), pathNot: production },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'data-touches-the-platform-in-node-only',
      severity: 'error',
      from: { path: '^packages/data/src/(?!node/)', pathNot: production },
      to: { dependencyTypes: ['core'] },
    },
    ...Object.entries(external).map(([module, names]) => ({
      name: `only-the-rim-imports-${module.replace(/\W/g, '')}`,
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: [...names.map((name) => source([name])), production] },
      to: { path: `node_modules/${module.slice(1)}` },
    })),
    {
      name: 'every-package-through-its-index',
      severity: 'error',
      from: { path: '^packages/([^/]+)/', pathNot: production },
      to: {
        path: '^packages/',
        pathNot: [
          '^packages/$1/',
          '^packages/[^/]+/src/index[.]ts$',
          '^packages/(bundle/src/printable|data/src/node/(index|published)|isonoise/src/node|onnx/src/decompose-layer-norm|runtime/src/(provider-names|threads|worker)|runtime-web/src/ort|sampler/src/guidance-range|train/src/presets)[.]ts$',
        ],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@isonoise/source', 'import', 'node', 'default'],
    },
  },
};
