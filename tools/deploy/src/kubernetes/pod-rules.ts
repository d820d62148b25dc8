import type { IContainer } from 'kubernetes-models/v1/Container';
import { containersOf, type Workload } from './workloads.js';

/** Volumes of which the node cannot tell what is in them, or that are the node itself. */
const SAFE_VOLUMES = ['configMap', 'secret', 'emptyDir', 'persistentVolumeClaim'];
const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];
const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;
/** A version, and perhaps a digest; not `latest` and not nothing. */
const PINNED = /^[^:@]+:v?\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/;

/** Which of the rules that hold for all pods of `deploy/` one breaks: what it may do, and what it must say of itself. */
export function brokenPodRules(workload: Workload): string[] {
  const { pod, name } = workload;
  const { securityContext: context = {} } = pod;
  const rules: [string, boolean][] = [
    ['runs as somebody who is not root', context.runAsNonRoot === true && (context.runAsUser ?? 0) > 0],
    ['has the seccomp profile of the runtime', context.seccompProfile?.type === 'RuntimeDefault'],
    ['has no token for the API', pod.automountServiceAccountToken === false],
    ['is not told the addresses of all services', pod.enableServiceLinks === false],
    ["has no network or processes of its node's", !pod.hostNetwork && !pod.hostPID && !pod.hostIPC],
    [
      'has no volume of its node',
      (pod.volumes ?? []).every(({ name: _, ...kinds }) =>
        Object.keys(kinds).every((kind) => SAFE_VOLUMES.includes(kind)),
      ),
    ],
    [
      'bounds its volumes in memory and on the node',
      (pod.volumes ?? []).every(({ emptyDir }) => !emptyDir || emptyDir.sizeLimit),
    ] as [string, boolean],
  ];
  return [
    ...rules.filter(([, holds]) => !holds).map(([rule]) => `${name} ${rule}`),
    ...containersOf(workload).flatMap((container) =>
      brokenContainerRules(container).map((rule) => `${name}: container ${container.name} ${rule}`),
    ),
  ];
}

function brokenContainerRules(container: IContainer): string[] {
  const { securityContext: context = {}, resources = {}, env = [], image = '' } = container;
  const has = (kind: 'requests' | 'limits', resource: string): boolean => resource in (resources[kind] ?? {});
  const rules: [string, boolean][] = [
    ['cannot gain rights', context.allowPrivilegeEscalation === false && context.privileged !== true],
    ['cannot write where its image is', context.readOnlyRootFilesystem === true],
    [
      'has no capabilities',
      context.capabilities?.drop?.includes('ALL') === true && context.capabilities.add === undefined,
    ],
    ['is of a pinned image', PINNED.test(image)],
    ['has no port of its node', (container.ports ?? []).every(({ hostPort }) => hostPort === undefined)],
    ['holds no secret in the manifest', !env.some(({ name, value = '' }) => looksSecret(name, value))],
    ...PROBES.map((probe): [string, boolean] => [`has a ${probe}`, container[probe] !== undefined]),
    ...RESOURCES.map((one): [string, boolean] => [`requests ${one}`, has('requests', one)]),
    ...RESOURCES.map((one): [string, boolean] => [`has a limit of ${one}`, has('limits', one)]),
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
}

/** A password in a URL, or a value where a name of a secret belongs. */
function looksSecret(name: string, value: string): boolean {
  return (
    /\/\/[^/]*:[^/]*@/.test(value) ||
    (/(PASSWORD|TOKEN|SECRET)/.test(name) && !/__FILE$/.test(name) && value !== '')
  );
}
