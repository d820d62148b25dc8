import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { DEPLOY } from '../deploy-folder.js';

/** The folders below `deploy/kustomize/overlays`. */
export const OVERLAYS = ['laptop', 'observability', 'gpu-cluster'] as const;

export type Overlay = (typeof OVERLAYS)[number];

/** What all objects of Kubernetes have. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/**
 * The objects of an overlay, as `kubectl apply -k` would send them.
 *
 * @throws Error when kubectl is not installed, or does not understand the files
 */
export async function renderOverlay(overlay: Overlay): Promise<KubernetesObject[]> {
  const folder = `${DEPLOY}/kustomize/overlays/${overlay}`;
  // Warnings about old names go to standard error; the base says why they are used.
  const { stdout } = await promisify(execFile)('kubectl', ['kustomize', folder]).catch((cause) => {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const hint = missing ? 'kubectl is not installed: apt-get install kubernetes-client' : String(cause);
    throw new Error(hint, { cause });
  });
  return parseAllDocuments(stdout).map((document) => document.toJS() as KubernetesObject);
}

/** For people. */
export function describeObject({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`;
}
