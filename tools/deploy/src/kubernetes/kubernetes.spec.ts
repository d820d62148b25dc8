import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../deploy-folder.js';
import { environmentOf } from './environment.js';
import { halfPermittedFlows, permittedFlows } from './flows.js';
import { brokenPodRules } from './pod-rules.js';
import { danglingReferences, secretsOf } from './references.js';
import { describeObject, OVERLAYS, renderOverlay, type KubernetesObject, type Overlay } from './render.js';
import { unknownFields } from './unknown-fields.js';
import { schemaFault } from './validate.js';
import { workloadsOf, type Workload } from './workloads.js';

const SERVICES = ['search', 'architect', 'data-loader', 'evaluator', 'supernet-trainer'];

const objects = {} as Record<Overlay, KubernetesObject[]>;
beforeAll(async () => {
  await Promise.all(OVERLAYS.map(async (overlay) => (objects[overlay] = await renderOverlay(overlay))));
});

const workload = (overlay: Overlay, name: string): Workload =>
  workloadsOf(objects[overlay]).find((one) => one.name === name)!;

it('has no field that Kubernetes does not know', () => {
  expect(unknownFields(Object.values(objects).flat())).toEqual([]);
});

describe.each(OVERLAYS)('%s', (overlay) => {
  it('is of valid objects in one namespace', () => {
    const faults = objects[overlay].map((object) => [describeObject(object), schemaFault(object)]);
    expect(faults.filter(([, fault]) => fault !== undefined)).toEqual([]);
    const elsewhere = objects[overlay].filter(
      ({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'taskweave',
    );
    expect(elsewhere.map(describeObject)).toEqual([]);
  });

  it('has all services, and NATS', () => {
    const names = workloadsOf(objects[overlay]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...SERVICES, 'nats']));
  });

  it('lets no pod do more than it must, and has every pod say what it needs', () => {
    expect(workloadsOf(objects[overlay]).flatMap(brokenPodRules)).toEqual([]);
  });

  it('names nothing that is not there', () => {
    expect(danglingReferences(objects[overlay])).toEqual([]);
  });

  it('holds no secret, and shows each to one kind of pod', () => {
    const own = workloadsOf(objects[overlay]).map((one) => [one.name, secretsOf(one)]);
    const s3 = overlay === 'gpu-cluster' ? ['taskweave-s3'] : [];
    const expected = [
      ['architect', ['taskweave-tls-architect']],
      ['data-loader', ['taskweave-tls-data-loader']],
      ['evaluator', [...s3, 'taskweave-tls-evaluator']],
      ['nats', ['taskweave-tls-nats']],
      ['search', [...s3, 'taskweave-tls-search']],
      ['supernet-trainer', [...s3, 'taskweave-tls-supernet-trainer']],
      ...(overlay === 'laptop'
        ? []
        : [
            ['grafana', ['taskweave-grafana']],
            ['otel-collector', []],
            ['prometheus', []],
          ]),
    ];
    expect(Object.fromEntries(own)).toEqual(Object.fromEntries(expected));
    expect(objects[overlay].filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  it('permits the connections that are needed, and no others', () => {
    const callees = ['architect', 'data-loader', 'evaluator', 'supernet-trainer'];
    const watched = overlay !== 'laptop';
    const needed = [
      ...SERVICES.map((name) => `${name} -> nats:4222`),
      ...callees.map((name) => `search -> ${name}:7400`),
      ...['architect', 'data-loader', 'supernet-trainer'].map((name) => `supernet-trainer -> ${name}:7400`),
      'evaluator -> data-loader:7400',
      ...(watched
        ? [
            ...SERVICES.map((name) => `prometheus -> ${name}:9464`),
            ...SERVICES.map((name) => `${name} -> otel-collector:4318`),
            'grafana -> prometheus:9090',
          ]
        : []),
    ];
    expect(permittedFlows(objects[overlay]).sort()).toEqual(needed.sort());
    expect(halfPermittedFlows(objects[overlay])).toEqual([]);
  });
});

describe('gpu-cluster', () => {
  it('gives trainers and evaluators a GPU each, and nobody else', () => {
    const gpus = workloadsOf(objects['gpu-cluster']).map(({ name, pod }) => [
      name,
      pod.containers[0]!.resources?.limits?.['nvidia.com/gpu'] ?? 0,
    ]);
    expect(gpus.filter(([, count]) => count !== 0)).toEqual([
      ['evaluator', 1],
      ['supernet-trainer', 1],
    ]);
    expect(workload('gpu-cluster', 'supernet-trainer').pod.containers[0]!.image).toMatch(/^taskweave-cuda:/);
  });

  it.each(['evaluator', 'supernet-trainer'])(
    'spreads %ss over nodes and zones, and bears spot nodes',
    (name) => {
      const { pod, object } = workload('gpu-cluster', name);
      const terms = pod.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
      expect(terms.map(({ podAffinityTerm }) => podAffinityTerm.topologyKey)).toEqual([
        'kubernetes.io/hostname',
      ]);
      expect(pod.topologySpreadConstraints?.[0]).toMatchObject({
        topologyKey: 'topology.kubernetes.io/zone',
      });
      const taints = pod.tolerations?.map(({ key }) => key);
      expect(taints).toEqual(expect.arrayContaining(['nvidia.com/gpu', 'cloud.google.com/gke-spot']));
      // A spot node that goes gives half a minute.
      expect(pod.terminationGracePeriodSeconds).toBeLessThanOrEqual(30);
      expect(object.spec?.podManagementPolicy).toBe('Parallel');
    },
  );

  it('leaves the coordinator and NATS on nodes that stay', () => {
    for (const name of ['search', 'nats'])
      expect(workload('gpu-cluster', name).pod.tolerations).toBeUndefined();
  });

  it('has no more pods of a kind than the manual makes certificates for', () => {
    const manual = readFileSync(`${ROOT}/docs/kubernetes.md`, 'utf8');
    const numbers = /for i in ([\d ]+); do/.exec(manual)![1]!.split(' ').map(Number);
    const pods = workloadsOf(objects['gpu-cluster']).map(({ object }) => object.spec?.replicas ?? 1);
    const scaled = objects['gpu-cluster'].find(({ kind }) => kind === 'ScaledObject') as IScaledObject;
    expect(Math.max(...pods, scaled.spec!.maxReplicaCount!)).toBeLessThanOrEqual(numbers.length);
    for (const name of SERVICES.filter((one) => one !== 'search')) {
      const environment = environmentOf(workload('gpu-cluster', name), objects['gpu-cluster']);
      expect(environment['TASKWEAVE_ADVERTISE']).toBe(`${name}-0.${name}`);
      expect(manual).toMatch(new RegExp(`for s in [^;]*\\b${name}\\b[^;]*; do`));
    }
  });

  it('has evaluators scaled by the length of the queue', () => {
    const scaled = objects['gpu-cluster'].find(({ kind }) => kind === 'ScaledObject');
    expect(scaled).toMatchObject({
      spec: {
        scaleTargetRef: { kind: 'StatefulSet', name: 'evaluator' },
        triggers: [{ metadata: { query: expect.stringContaining('sum(taskweave_queue_depth)') } }],
      },
    });
    // Else every `kubectl apply` would undo it.
    expect(workload('gpu-cluster', 'evaluator').object.spec?.replicas).toBeUndefined();
  });
});
