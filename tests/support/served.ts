import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeBundle } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import {
  createServer,
  type Listening,
  type ListenOptions,
  type Server,
  type ServerOptions,
  serve,
} from '@isonoise/server';
import { convDenoiser, convSpec } from '../../packages/runtime-node/testdata/conv-denoiser.ts';

/** A server under test, listening on a free port. */
export interface Served {
  readonly server: Server;
  readonly listening: Listening;
  /** Sends a request, such as `get('/v1/models')`; the method is GET unless `init` has another. */
  get(pathname: string, init?: RequestInit): Promise<Response>;
  /** Sends a request to draw. */
  sample(body: unknown, init?: RequestInit): Promise<Response>;
  /** Sends a request to resume a saved run. */
  resume(body: unknown): Promise<Response>;
}

/** Temporary folders and servers of one test file. */
export class Scene {
  readonly #served: Listening[] = [];
  folder = '';

  /**
   * Writes `models/conv`, a small model for images of [1, 6, 5] in three classes, and a page of two files.
   */
  async build(): Promise<void> {
    this.folder = await mkdtemp(path.join(tmpdir(), 'isonoise-server-'));
    await this.addModel('conv');
    await mkdir(path.join(this.folder, 'page/assets'), { recursive: true });
    await writeFile(path.join(this.folder, 'page/index.html'), '<!doctype html><title>page</title>');
    await writeFile(path.join(this.folder, 'page/assets/index-BfT3x_9a.js'), 'export {};\n');
  }

  /**
   * Writes a model.
   *
   * @param image one channel by default, because a PNG cannot have the two of `convSpec`
   * @param width channels of the network; each number gives a different network
   */
  async addModel(
    name: string,
    image = { channels: 1, height: 6, width: 5 },
    width = 8,
    scheduler = convSpec.scheduler,
    classes = convSpec.classes,
  ): Promise<string> {
    const spec = { ...convSpec, name, image, scheduler, classes };
    const networkConfig = {
      sample_size: [image.height, image.width],
      in_channels: image.channels,
      num_class_embeds: 3,
    };
    const folder = path.join(this.folder, 'models', name);
    const onnx = convDenoiser({ spec, width, depth: 1 });
    await writeBundle(nodeFiles(folder), { spec, networkConfig, onnx });
    return folder;
  }

  /** Starts a server. @param where default: a free port of 127.0.0.1 */
  async serve(options: ServerOptions = {}, where: ListenOptions = {}): Promise<Served> {
    const server = await createServer({
      models: path.join(this.folder, 'models'),
      page: path.join(this.folder, 'page'),
      runtime: { provider: 'cpu', threads: 1 },
      ...options,
    });
    const listening = await serve(server, { port: 0, ...where });
    this.#served.push(listening);
    const get = (pathname: string, init?: RequestInit): Promise<Response> =>
      fetch(new URL(pathname, listening.url), init);
    const post = (pathname: string, body: unknown, init?: RequestInit): Promise<Response> =>
      get(pathname, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        ...init,
      });
    return {
      server,
      listening,
      get,
      sample: (body, init) => post('/v1/sample', body, init),
      resume: (body) => post('/v1/resume', body),
    };
  }

  /** Stops the started servers; for `afterEach`. */
  async stopServers(): Promise<void> {
    await Promise.all(this.#served.splice(0).map((each) => each.stop(0)));
  }

  /** Removes the folder; for `afterAll`. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Parses a complete stream of server-sent events. */
export function eventsOf(text: string): { readonly name: string; readonly data: Record<string, unknown> }[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const [, name = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      return { name, data: JSON.parse(data) as Record<string, unknown> };
    });
}

export async function floatsOf(answer: Response): Promise<Float32Array> {
  return new Float32Array(await answer.arrayBuffer());
}
