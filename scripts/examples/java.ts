import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { command, EXAMPLES, type Example, linesOf, streamArguments, tryCommand } from './example.ts';

const source = path.join(EXAMPLES, 'java');
const POM = path.join(source, 'pom.xml');

/** Runs a class of the example with the library that Maven copied. */
const run = (folder: string, name: string, args: readonly string[]): Promise<string> =>
  command('java', [
    '-cp',
    [path.join(folder, 'lib/*'), path.join(folder, 'classes')].join(path.delimiter),
    name,
    ...args,
  ]);

/** The example in Java, which needs a JDK and Maven. */
export const javaExample: Example = {
  title: 'Java with com.microsoft.onnxruntime',
  async prepare(folder) {
    for (const tool of ['javac', 'mvn']) {
      if ((await tryCommand(tool, ['-version']))?.code !== 0) {
        return `${tool} is not installed; install Maven, and a JDK of version 17 or later`;
      }
    }
    const lib = path.join(folder, 'lib');
    await command('mvn', [
      ...['--batch-mode', '--quiet', '--file', POM],
      ...[
        'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies',
        `-DoutputDirectory=${lib}`,
      ],
    ]);
    const files = (await readdir(source)).filter((name) => name.endsWith('.java'));
    await command('javac', [
      ...['-cp', path.join(lib, '*'), '-d', path.join(folder, 'classes')],
      ...files.map((name) => path.join(source, name)),
    ]);
    return undefined;
  },
  async version() {
    const [, version = 'unknown'] =
      /<version>([\d.]+)<\/version>\s*<\/dependency>/.exec(await readFile(POM, 'utf8')) ?? [];
    return version;
  },
  async normals(streams, folder) {
    return linesOf(await run(folder, 'Vectors', streamArguments(streams)));
  },
  async drawDigit(model, file, folder) {
    await run(folder, 'Digit', [path.join(model, 'unet/model.onnx'), file]);
  },
  async draw({ model, seed, steps, label, tags, guidance, count }, out, folder) {
    await run(folder, 'Sample', [
      path.join(model, 'unet/model.onnx'),
      ...[seed, steps, label, guidance, count].map(String),
      out,
      ...(tags.length === 0 ? [] : [tags.join(',')]),
    ]);
  },
};
