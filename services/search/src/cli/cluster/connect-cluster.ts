import { TaskweaveError } from '@taskweave/common';
import { SearchServiceClient } from '@taskweave/contracts';
import { connect, useCertificateFolder, type Connection } from '@taskweave/service-kit';
import { resolve } from 'node:path';

/** Names coordinators for commands that are given no `--cluster`. */
export const CLUSTER_VARIABLE = 'TASKWEAVE_CLUSTER';

/** Submitting reads the data set, if it was not read before. */
export const PATIENT_MS = 90_000;

export interface ClusterOptions {
  /** Addresses of coordinators, separated by commas. */
  cluster?: string;
  /** Folder of certificates. */
  tls?: string;
  /** The command line names a folder of runs: then the environment's cluster is not meant. */
  outputGiven?: boolean;
}

export type SearchConnection = Connection<(typeof SearchServiceClient)['service']>;

/** The addresses that the command line or the environment names; none when neither does. */
export function clusterAddresses({ cluster, outputGiven = false }: ClusterOptions): string[] {
  const text = cluster ?? (outputGiven ? undefined : process.env[CLUSTER_VARIABLE]) ?? '';
  if (text === '' && cluster === undefined) return [];
  const addresses = text.split(',').map((address) => address.trim());
  const wrong = addresses.find(
    (one) => !/^(\[[^\]\s]+\]|[^\s:/,]+):\d{1,5}$/.test(one) && !/^unix:\/\S+$/.test(one),
  );
  if (wrong === undefined) return addresses;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'This is not the address of a coordinator.',
    subject: cluster === undefined ? CLUSTER_VARIABLE : '--cluster',
    found: JSON.stringify(wrong),
    expected: 'host:port, or several with commas between them',
    action: "'taskweave serve' prints the address when it starts.",
  });
}

/**
 * Talks to the coordinator that leads. Of several addresses the next one is tried when one does not answer, or stands by.
 *
 * @throws TaskweaveError `CONFIG_INVALID` when no cluster is named; `SERVICE_UNAVAILABLE` when none answers; what `use` throws
 */
export async function withCluster<T>(
  options: ClusterOptions,
  use: (search: SearchConnection) => Promise<T>,
): Promise<T> {
  const addresses = clusterAddresses(options);
  if (addresses.length === 0) throw namesNoCluster();
  return withAddresses(addresses, options, use);
}

/** The same for addresses that are known. */
export async function withAddresses<T>(
  addresses: readonly string[],
  { tls }: ClusterOptions,
  use: (search: SearchConnection) => Promise<T>,
): Promise<T> {
  if (tls !== undefined) useCertificateFolder(resolve(tls));
  for (const [index, address] of addresses.entries()) {
    const search = connect(SearchServiceClient, address, { name: 'coordinator' });
    try {
      return await use(search);
    } catch (thrown) {
      const error = TaskweaveError.from(thrown);
      if (error.code !== 'SERVICE_UNAVAILABLE') throw error;
      if (index === addresses.length - 1) throw withHint(error, address);
    } finally {
      search.close();
    }
  }
  throw namesNoCluster();
}

/** What a user can do about a coordinator that is not there; one that stands by says more itself. */
function withHint(error: TaskweaveError, address: string): TaskweaveError {
  if (error.subject !== `coordinator at ${address}`) return error;
  const action = `${error.action ?? ''} Start one with: npx taskweave serve --address ${address}`.trim();
  return new TaskweaveError({ ...error.toDetails(), action }, { cause: error });
}

function namesNoCluster(): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'No cluster is named.',
    subject: '--cluster',
    expected: `the address that 'taskweave serve' prints, with --cluster or in ${CLUSTER_VARIABLE}`,
  });
}
