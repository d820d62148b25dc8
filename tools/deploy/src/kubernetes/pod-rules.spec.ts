import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { beforeAll, expect, it } from 'vitest';
import { brokenPodRules } from './pod-rules.js';
import { renderOverlay } from './render.js';
import { workloadsOf, type Workload } from './workloads.js';

let good: Workload;
beforeAll(async () => {
  good = workloadsOf(await renderOverlay('laptop')).find(({ name }) => name === 'search')!;
});

const container = (change: Partial<IContainer>) => (pod: IPodSpec) => ({
  ...pod,
  containers: [{ ...pod.containers[0]!, ...change }],
});

it.each<[string, (pod: IPodSpec) => IPodSpec]>([
  [
    'runs as somebody who is not root',
    (pod) => ({ ...pod, securityContext: { runAsNonRoot: true, runAsUser: 0 } }),
  ],
  ['has no token for the API', ({ automountServiceAccountToken: _, ...pod }) => pod],
  ["has no network or processes of its node's", (pod) => ({ ...pod, hostNetwork: true })],
  [
    'has no volume of its node',
    (pod) => ({ ...pod, volumes: [...pod.volumes!, { name: 'node', hostPath: { path: '/' } }] }),
  ],
  ['bounds its volumes', (pod) => ({ ...pod, volumes: [{ name: 'tmp', emptyDir: {} }] })],
  ['cannot gain rights', container({ securityContext: { privileged: true } })],
  ['cannot write where its image is', container({ securityContext: {} })],
  [
    'has no capabilities',
    container({ securityContext: { capabilities: { drop: ['ALL'], add: ['NET_RAW'] } } }),
  ],
  ['is of a pinned image', container({ image: 'taskweave:latest' })],
  ['has no port of its node', container({ ports: [{ containerPort: 7400, hostPort: 7400 }] })],
  [
    'holds no secret in the manifest',
    container({ env: [{ name: 'TASKWEAVE_NATS_URL', value: 'tls://taskweave:secret@nats:4222' }] }),
  ],
  [
    'holds no secret in the manifest',
    container({ env: [{ name: 'TASKWEAVE_DASHBOARD_TOKEN', value: 'x' }] }),
  ],
  ['has a limit of memory', container({ resources: { requests: { memory: '1Gi' } } })],
  [
    'has a livenessProbe',
    ({ containers: [{ livenessProbe: _, ...rest } = { name: '' }], ...pod }) => ({
      ...pod,
      containers: [rest],
    }),
  ],
])('finds a pod of which this does not hold: %s', (rule, change) => {
  expect(brokenPodRules(good)).toEqual([]);
  const broken = brokenPodRules({ ...good, pod: change(structuredClone(good.pod)) });
  expect(broken).toContainEqual(expect.stringContaining(rule));
});
