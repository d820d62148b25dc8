import { beforeAll, expect, it } from 'vitest';
import { danglingReferences, secretsOf } from './references.js';
import { renderOverlay, type KubernetesObject } from './render.js';
import { workloadsOf } from './workloads.js';

let objects: KubernetesObject[];
beforeAll(async () => {
  objects = await renderOverlay('laptop');
});

const without = (kind: string, name: string): KubernetesObject[] =>
  objects.filter((object) => !(object.kind === kind && object.metadata.name.startsWith(name)));

it.each([
  ['StatefulSet', 'evaluator', 'PodDisruptionBudget evaluator is not of one workload'],
  ['StatefulSet', 'evaluator', 'Service evaluator is not of one workload'],
  ['PodDisruptionBudget', 'search', 'search has no PodDisruptionBudget'],
  ['Service', 'nats', 'nats names Service nats, which is not there'],
  ['ConfigMap', 'taskweave-environment', 'architect names ConfigMap taskweave-environment'],
])('of a missing %s %s are found: %s', (kind, name, found) => {
  expect(danglingReferences(without(kind, name))).toContainEqual(expect.stringContaining(found));
});

it('finds a port of a service that no container has, and a volume that is mounted only', () => {
  const text = JSON.stringify(objects).replaceAll('"targetPort":"metrics"', '"targetPort":"metric"');
  const changed = JSON.parse(text.replaceAll('{"name":"runs"}', '{"name":"run"}')) as KubernetesObject[];
  expect(danglingReferences(changed)).toEqual(
    expect.arrayContaining([
      'Service search: port metric is not there',
      'search mounts runs, which is not there',
    ]),
  );
});

it('finds secrets in volumes and in the environment', () => {
  const search = workloadsOf(objects).find(({ name }) => name === 'search')!;
  const [container] = search.pod.containers;
  const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'other', key: 'a' } } }];
  const envFrom = [{ secretRef: { name: 'whole' } }];
  const pod = { ...search.pod, containers: [{ ...container!, env, envFrom }] };
  expect(secretsOf({ ...search, pod })).toEqual(['other', 'taskweave-tls-search', 'whole']);
});
