import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { KubernetesObject } from './render.js';

/** Something that has pods started. */
export interface Workload {
  readonly name: string;
  /** Of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: IPodSpec;
  readonly object: IStatefulSet;
}

/** All there are; `validate.ts` knows no other kind than StatefulSet. */
export function workloadsOf(objects: readonly KubernetesObject[]): Workload[] {
  return objects
    .filter(({ kind }) => kind === 'StatefulSet')
    .map((object) => {
      const set = object as unknown as IStatefulSet;
      const { metadata, spec } = set.spec!.template!;
      return { name: object.metadata.name, labels: metadata?.labels ?? {}, pod: spec!, object: set };
    });
}

export function containersOf({ pod }: Workload): IContainer[] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

/** How Kubernetes says which pods are meant. An empty one means all. */
export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

/** Whether a selector means pods with these labels. @throws Error for an operator that `deploy/` does not use */
export function selects(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`operator ${operator} is not known here`);
      return values.includes(labels[key] ?? '');
    })
  );
}
