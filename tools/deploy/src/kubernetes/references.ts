import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IService } from 'kubernetes-models/v1/Service';
import { describeObject, type KubernetesObject } from './render.js';
import { containersOf, selects, workloadsOf, type Selector, type Workload } from './workloads.js';

/** What names something that is not there: pods that a budget or a service means, ports, services, config maps, volumes. */
export function danglingReferences(objects: readonly KubernetesObject[]): string[] {
  const workloads = workloadsOf(objects);
  const of = <T>(kind: string): [string, T][] =>
    objects.filter((object) => object.kind === kind).map((object) => [describeObject(object), object as T]);
  const budgets = of<IPodDisruptionBudget>('PodDisruptionBudget').map(
    ([name, { spec }]) => [name, spec?.selector as Selector] as const,
  );
  const services = of<IService>('Service');
  const meant = (selector: Selector): Workload[] =>
    workloads.filter(({ labels }) => selects(selector, labels));
  return [
    ...budgets.flatMap(([name, selector]) =>
      meant(selector).length === 1 ? [] : `${name} is not of one workload`,
    ),
    ...workloads.flatMap(({ name, labels }) =>
      budgets.some(([, selector]) => selects(selector, labels)) ? [] : `${name} has no PodDisruptionBudget`,
    ),
    ...services.flatMap(([name, { spec }]) => {
      const [workload, ...others] = meant({ matchLabels: spec?.selector ?? {} });
      if (workload === undefined || others.length > 0) return `${name} is not of one workload`;
      const ports = portsOf(workload).map((port) => port.name);
      return (spec?.ports ?? []).flatMap(({ targetPort }) =>
        ports.includes(targetPort as string) ? [] : `${name}: port ${String(targetPort)} is not there`,
      );
    }),
    ...workloads.flatMap((workload) => danglingOfWorkload(workload, objects)),
  ];
}

function danglingOfWorkload(workload: Workload, objects: readonly KubernetesObject[]): string[] {
  const exists = (kind: string, name: string | undefined): string[] =>
    objects.some((object) => object.kind === kind && object.metadata.name === name)
      ? []
      : [`${workload.name} names ${kind} ${String(name)}, which is not there`];
  const { spec } = workload.object;
  const claims = (spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name);
  const volumes = [...(workload.pod.volumes ?? []).map(({ name }) => name), ...claims];
  return [
    ...exists('Service', spec?.serviceName),
    ...(selects(spec?.selector as Selector, workload.labels)
      ? []
      : [`${workload.name} does not select its own pods`]),
    ...(workload.pod.volumes ?? []).flatMap(({ configMap }) =>
      configMap ? exists('ConfigMap', configMap.name) : [],
    ),
    ...containersOf(workload).flatMap(({ envFrom = [], volumeMounts = [] }) => [
      ...envFrom.flatMap(({ configMapRef }) => (configMapRef ? exists('ConfigMap', configMapRef.name) : [])),
      ...volumeMounts.flatMap(({ name }) =>
        volumes.includes(name) ? [] : [`${workload.name} mounts ${name}, which is not there`],
      ),
    ]),
  ];
}

export interface Port {
  readonly name: string | undefined;
  readonly port: number;
}

export function portsOf(workload: Workload): Port[] {
  return containersOf(workload).flatMap(({ ports = [] }) =>
    ports.map(({ name, containerPort }) => ({ name, port: containerPort })),
  );
}

/** Names of the secrets that pods of a workload can see. */
export function secretsOf(workload: Workload): string[] {
  const names = [
    ...(workload.pod.volumes ?? []).map(({ secret }) => secret?.secretName),
    ...containersOf(workload).flatMap(({ env = [], envFrom = [] }) => [
      ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
      ...envFrom.map(({ secretRef }) => secretRef?.name),
    ]),
  ];
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
