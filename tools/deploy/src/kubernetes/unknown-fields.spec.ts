import { expect, it } from 'vitest';
import type { KubernetesObject } from './render.js';
import { unknownFields } from './unknown-fields.js';

it('finds one deep inside', () => {
  const spec = {
    serviceName: 'a',
    selector: {},
    template: { spec: { containers: [{ name: 'a', readnessProbe: {} }] } },
  };
  const object = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'a' }, spec };
  const found = unknownFields([object satisfies KubernetesObject]);
  expect(found).toEqual([expect.stringMatching(/^StatefulSet a: [^]*readnessProbe/)]);
});
