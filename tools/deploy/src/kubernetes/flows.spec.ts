import { expect, it } from 'vitest';
import { halfPermittedFlows, permittedFlows } from './flows.js';
import type { KubernetesObject } from './render.js';

const workload = (name: string): KubernetesObject =>
  ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: {
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name, ports: [{ name: 'grpc', containerPort: 7400 }] }] },
      },
    },
  }) as KubernetesObject;

const policy = (name: string, spec: object): KubernetesObject =>
  ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name },
    spec,
  }) as KubernetesObject;

const pods = (app: string): object => ({ podSelector: { matchLabels: { app } } });
const deny = policy('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const leave = policy('a', {
  ...pods('a'),
  policyTypes: ['Egress'],
  egress: [{ to: [pods('b')], ports: [{ port: 7400 }] }],
});
const enter = policy('b', {
  ...pods('b'),
  policyTypes: ['Ingress'],
  ingress: [{ from: [pods('a')], ports: [{ port: 'grpc' }] }],
});
const workloads = [workload('a'), workload('b')];

it('are all there are without policies, and none with one that denies', () => {
  expect(permittedFlows(workloads)).toEqual(['a -> a:7400', 'a -> b:7400', 'b -> a:7400', 'b -> b:7400']);
  expect(permittedFlows([...workloads, deny])).toEqual([]);
});

it('need leave on both sides', () => {
  const both = [...workloads, deny, leave, enter];
  expect(permittedFlows(both)).toEqual(['a -> b:7400']);
  expect(halfPermittedFlows(both)).toEqual([]);
  for (const half of [leave, enter]) {
    expect(permittedFlows([...workloads, deny, half])).toEqual([]);
    expect(halfPermittedFlows([...workloads, deny, half])).toEqual(['a -> b:7400']);
  }
});

it('are not those to another port, or to another namespace', () => {
  const other = policy('b', {
    ...pods('b'),
    policyTypes: ['Ingress'],
    ingress: [{ from: [pods('a')], ports: [{ port: 1 }] }],
  });
  expect(permittedFlows([...workloads, deny, leave, other])).toEqual([]);
  const elsewhere = policy('b', {
    ...pods('b'),
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ ...pods('a'), namespaceSelector: {} }] }],
  });
  expect(permittedFlows([...workloads, deny, leave, elsewhere])).toEqual([]);
});
