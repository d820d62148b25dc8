import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { portsOf } from './references.js';
import type { KubernetesObject } from './render.js';
import { selects, workloadsOf, type Selector, type Workload } from './workloads.js';

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { port?: string | number }[];
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string };
}

interface Policy {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

function policiesOf(objects: readonly KubernetesObject[]): Policy[] {
  return objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map((object) => {
      const {
        podSelector = {},
        policyTypes = [],
        ingress = [],
        egress = [],
      } = (object as INetworkPolicy).spec!;
      return { podSelector, policyTypes, ingress, egress } as Policy;
    });
}

/**
 * Every connection between two workloads that the policies permit, `from -> to:port`: one that leaves must be allowed to, and one
 * that comes in, too.
 */
export function permittedFlows(objects: readonly KubernetesObject[]): string[] {
  const policies = policiesOf(objects);
  const workloads = workloadsOf(objects);
  return workloads.flatMap((from) =>
    workloads.flatMap((to) =>
      portsOf(to)
        .filter(
          (port) =>
            permits(policies, 'Egress', from, to, port) && permits(policies, 'Ingress', to, from, port),
        )
        .map(({ port }) => `${from.name} -> ${to.name}:${port}`),
    ),
  );
}

/** The same that one side only permits, so that nothing comes of it. */
export function halfPermittedFlows(objects: readonly KubernetesObject[]): string[] {
  const policies = policiesOf(objects);
  const workloads = workloadsOf(objects);
  return workloads.flatMap((from) =>
    workloads.flatMap((to) =>
      portsOf(to)
        .filter(
          (port) =>
            permits(policies, 'Egress', from, to, port) !== permits(policies, 'Ingress', to, from, port),
        )
        .map(({ port }) => `${from.name} -> ${to.name}:${port}`),
    ),
  );
}

/** Whether the policies of one side let it talk to the other at a port, which is the server's in both directions. */
function permits(
  policies: readonly Policy[],
  type: 'Ingress' | 'Egress',
  side: Workload,
  other: Workload,
  port: { name: string | undefined; port: number },
): boolean {
  const own = policies.filter(
    ({ podSelector, policyTypes }) => policyTypes.includes(type) && selects(podSelector, side.labels),
  );
  // Who is selected by no policy may do everything.
  if (own.length === 0) return true;
  return own
    .flatMap((policy) => (type === 'Ingress' ? policy.ingress : policy.egress))
    .some((rule) => {
      const peers = (type === 'Ingress' ? rule.from : rule.to) ?? [{ podSelector: {} }];
      const ports = rule.ports ?? [{}];
      return (
        peers.some(
          ({ podSelector, namespaceSelector, ipBlock }) =>
            // A selector of namespaces means others than this one here; an address is outside of the cluster.
            namespaceSelector === undefined &&
            ipBlock === undefined &&
            selects(podSelector ?? {}, other.labels),
        ) &&
        ports.some(({ port: wanted }) => wanted === undefined || wanted === port.port || wanted === port.name)
      );
    });
}
