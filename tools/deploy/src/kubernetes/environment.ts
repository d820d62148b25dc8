import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { KubernetesObject } from './render.js';
import type { Workload } from './workloads.js';

/**
 * The environment of the first pod of a workload, as Kubernetes would set it: config maps, values, names of the pod, and
 * references to variables before. Secrets are not known here, so variables from them are left out.
 *
 * @throws Error for a source that `deploy/` does not use
 */
export function environmentOf(
  { name, pod }: Workload,
  objects: readonly KubernetesObject[],
): Record<string, string> {
  const environment: Record<string, string> = {};
  const { envFrom = [], env = [] } = pod.containers[0]!;
  for (const { configMapRef } of envFrom) {
    const map = objects.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef?.name,
    );
    if (map === undefined) throw new Error(`${name} takes variables from something else than a config map`);
    Object.assign(environment, (map as IConfigMap).data);
  }
  for (const { name: variable, value, valueFrom } of env) {
    if (valueFrom?.secretKeyRef !== undefined) continue;
    if (valueFrom?.fieldRef?.fieldPath === 'metadata.name') environment[variable] = `${name}-0`;
    else if (value === undefined)
      throw new Error(`${variable} of ${name} has a source that is not known here`);
    else
      environment[variable] = value.replace(
        /\$\((\w+)\)/g,
        (whole, other: string) => environment[other] ?? whole,
      );
  }
  return environment;
}
