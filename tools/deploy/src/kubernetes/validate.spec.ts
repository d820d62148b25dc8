import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from './render.js';
import { schemaFault } from './validate.js';

describe('an object is refused', () => {
  const service = (spec: object): KubernetesObject =>
    ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec }) as KubernetesObject;

  it('that has a field of the wrong type', () => {
    expect(schemaFault(service({ ports: [{ port: '7400' }] }))).toContain('/spec/ports/0/port');
  });

  it('that lacks one', () => {
    expect(schemaFault(service({ ports: [{ name: 'grpc' }] }))).toContain('required property port');
  });

  it('of a kind that nobody has looked at', () => {
    expect(schemaFault({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } })).toContain('not known');
  });
});
