import { TaskweaveError } from '@taskweave/common';
import { storeAway, storeFull, storeRefuses } from '../errors.js';
import type { Verdicts } from '../patience.js';

interface ServiceFailure {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Neither a network nor a server is at fault: nobody has said who we are, or where. */
const SETTINGS = ['CredentialsProviderError', 'ProviderError', 'Region is missing'];
const FULL = ['QuotaExceeded', 'EntityTooLarge', 'XMinioStorageFull', 'InsufficientStorage'];
/** Answers to try again after, although they blame the request: it took too long to come, or there are too many. */
const AGAIN = [408, 409, 425, 429];
const LOST_UPLOAD = ['NoSuchUpload', 'InvalidPart', 'InvalidPartOrder'];

/** Whether the store does not know an upload in parts any more, which then has to begin anew. */
export function isLostUpload(thrown: unknown): boolean {
  return LOST_UPLOAD.includes((thrown as ServiceFailure).name ?? '');
}

/** Whether the store says that there is no such object. */
export function isMissing(thrown: unknown): boolean {
  const { name = '', $metadata } = thrown as ServiceFailure;
  if (name === 'NoSuchKey' || name === 'NotFound') return true;
  return $metadata?.httpStatusCode === 404 && name !== 'NoSuchBucket' && !isLostUpload(thrown);
}

/** What to make of what the client throws. */
export function verdictsOn(store: string, what: string): Verdicts {
  return {
    final(thrown): TaskweaveError | undefined {
      if (thrown instanceof TaskweaveError) return thrown;
      const { name = '', $metadata } = thrown as ServiceFailure;
      const status = $metadata?.httpStatusCode;
      if (FULL.includes(name) || status === 507) return storeFull(store, what, explained(thrown));
      const text = thrown instanceof Error ? thrown.message : '';
      if (SETTINGS.some((one) => name === one || text === one)) return storeRefuses(store, what, thrown);
      const again = status === undefined || status >= 500 || AGAIN.includes(status) || isLostUpload(thrown);
      return again ? undefined : storeRefuses(store, what, explained(thrown));
    },
    away: (thrown) => storeAway(store, what, explained(thrown)),
  };
}

/** The store's own code with its text; some answers, such as those to HEAD, have no text. */
function explained(thrown: unknown): unknown {
  const { name, $metadata } = thrown as ServiceFailure;
  if ($metadata?.httpStatusCode === undefined) return thrown;
  const text = thrown instanceof Error ? thrown.message : '';
  return new Error(`${$metadata.httpStatusCode} ${name ?? ''} ${text}`.trim(), { cause: thrown });
}
