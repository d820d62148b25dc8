import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Service } from 'kubernetes-models/v1/Service';
import type { KubernetesObject } from './render.js';

interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  new (data: never): { validate(): void };
}

/** Every kind there is in `deploy/`. Typed schemas of Kubernetes and KEDA; they know types and required fields. */
const MODELS: readonly Model[] = [
  ConfigMap,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  ScaledObject,
  Service,
  StatefulSet,
];

/** What is wrong with an object, by its schema; nothing if it is valid. Fields that do not exist: `unknown-fields.ts`. */
export function schemaFault(object: KubernetesObject): string | undefined {
  const model = MODELS.find(
    ({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind,
  );
  if (model === undefined) return `${object.apiVersion} ${object.kind} is not known here`;
  try {
    new model(object as never).validate();
    return undefined;
  } catch (thrown) {
    return (thrown as Error).message;
  }
}
