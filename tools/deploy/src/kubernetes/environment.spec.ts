import { expect, it } from 'vitest';
import { environmentOf } from './environment.js';
import type { KubernetesObject } from './render.js';
import type { Workload } from './workloads.js';

const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'all' }, data: { A: '1', B: '2' } };
const workload = (env: object[], source: object = { configMapRef: { name: 'all' } }): Workload =>
  ({
    name: 'trainer',
    pod: { containers: [{ name: 'trainer', envFrom: [source], env }] },
  }) as unknown as Workload;
const objects: KubernetesObject[] = [map];

it('is of config maps, values, and the name of the pod, each from those before', () => {
  const env = [
    { name: 'B', value: '3' },
    { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'HOST', value: '$(NAME).trainer $(NOBODY)' },
    { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
  ];
  expect(environmentOf(workload(env), objects)).toEqual({
    A: '1',
    B: '3',
    NAME: 'trainer-0',
    HOST: 'trainer-0.trainer $(NOBODY)',
  });
});

it('is not guessed', () => {
  const ip = { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } };
  expect(() => environmentOf(workload([ip]), objects)).toThrow('IP of trainer');
  expect(() => environmentOf(workload([], { secretRef: { name: 'a' } }), objects)).toThrow('something else');
});
