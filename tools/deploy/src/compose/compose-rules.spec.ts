import { describe, expect, it } from 'vitest';
import { HOLDERS } from '@taskweave/certificates';
import { DEPLOY } from '../deploy-folder.js';
import { environmentOf } from '../kubernetes/environment.js';
import { renderOverlay } from '../kubernetes/render.js';
import { workloadsOf } from '../kubernetes/workloads.js';
import {
  brokenComposeRules,
  composeSchemaFaults,
  readCompose,
  sourceOf,
  type ComposeFile,
  type ComposeService,
} from './compose-rules.js';

const FOLDER = `${DEPLOY}/compose`;
const file = readCompose(`${FOLDER}/compose.yaml`);

describe('the compose file', () => {
  it('is valid', () => {
    expect(composeSchemaFaults(file)).toEqual([]);
  });

  it('lets no container do more than it must', () => {
    expect(brokenComposeRules(file, FOLDER)).toEqual([]);
  });

  it('shows each key to one container, and uses every file that is made', () => {
    const users = Object.keys(file.secrets).map((secret) => [
      secret,
      Object.keys(file.services).filter((name) =>
        file.services[name]!.secrets?.some((one) => sourceOf(one) === secret),
      ),
    ]);
    const holders = HOLDERS.filter((holder) => holder !== 'client');
    const expected = holders.flatMap((holder) => [
      [`${holder}-certificate`, [holder]],
      [`${holder}-key`, [holder]],
    ]);
    expect(Object.fromEntries(users)).toEqual({
      ca: expect.arrayContaining([...holders]),
      ...Object.fromEntries(expected),
      'grafana-admin': ['grafana'],
    });
    for (const holder of holders) {
      expect(file.secrets[`${holder}-key`]).toEqual({ file: `./secrets/${holder}-key.pem` });
    }
  });

  it('lets nobody but the live page know its token', () => {
    const users = Object.keys(file.services).filter(
      (name) => 'TASKWEAVE_DASHBOARD_TOKEN' in (file.services[name]!.environment ?? {}),
    );
    expect(users).toEqual(['dashboard']);
  });

  it('sets the environment that a cluster has, but for what differs there', async () => {
    const objects = await renderOverlay('observability');
    const differs = [
      'TASKWEAVE_MEMBER',
      'TASKWEAVE_ADVERTISE',
      'TASKWEAVE_STORAGE',
      'OTEL_EXPORTER_PROMETHEUS_PORT',
    ];
    const common = (environment: Readonly<Record<string, string>>): [string, string][] =>
      Object.entries(environment)
        .filter(([name]) => !differs.includes(name))
        .sort();
    const workloads = workloadsOf(objects).filter(({ pod }) =>
      pod.containers[0]!.image?.startsWith('taskweave'),
    );
    expect(workloads).toHaveLength(5);
    for (const workload of workloads) {
      const here = file.services[workload.name]!.environment!;
      expect(common(here)).toEqual(common(environmentOf(workload, objects)));
    }
  });
});

describe('a compose file is refused', () => {
  const changed = (change: Partial<ComposeService>): ComposeFile => ({
    ...file,
    services: { ...file.services, search: { ...file.services['search'], ...change } },
  });

  it.each<[string, Partial<ComposeService>]>([
    ['cannot write where its image is', { read_only: false }],
    ['has no capabilities', { cap_add: ['NET_ADMIN'] }],
    ['is of a pinned image', { image: 'taskweave' }],
    ['is reached from this machine only', { ports: ['7400:7400'] }],
    ['holds no password', { environment: { GF_SECURITY_ADMIN_PASSWORD: 'x' } }],
    ['holds no password', { environment: { TASKWEAVE_NATS_URL: 'nats://a:b@nats:4222' } }],
    ['names secrets that there are', { secrets: ['key'] }],
    ['mounts files that there are', { volumes: ['../nats/other.conf:/etc/nats/nats.conf:ro'] }],
    ['mounts files that there are', { volumes: ['/:/host:ro'] }],
    ["has no network or devices of its host's", { network_mode: 'host' }],
    ['says whether it is well', { healthcheck: { disable: true } }],
  ])('of which a container is not as it should: %s', (rule, change) => {
    expect(brokenComposeRules(changed(change), FOLDER)).toEqual([`search ${rule}`]);
  });

  it('that has a field which Compose does not know', () => {
    expect(composeSchemaFaults(changed({ readonly: true } as object))).toContainEqual(
      expect.stringContaining('/services/search'),
    );
  });
});
