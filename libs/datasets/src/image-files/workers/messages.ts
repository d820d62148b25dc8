import type { ErrorDetails } from '@taskweave/common';
import type { DecodedExample } from '../decode-example.js';

/** What a decoding thread answers: one reply to one request. */
export type DecodeReply = { readonly decoded: DecodedExample } | { readonly error: ErrorDetails };
