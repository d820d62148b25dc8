import type { RingMember } from '@taskweave/collective';

/** What a ring process is told to do. */
export type RingOrder =
  /** Send that many bytes over TCP to the process that listens on `port`, and read as many. */
  | { readonly kind: 'raw'; readonly port: number; readonly bytes: number }
  /** The same over HTTP/2: ask the process that listens on `port` for that many bytes, and serve as many. */
  | { readonly kind: 'http2'; readonly port: number; readonly bytes: number }
  /** Take part in an average of one tensor. */
  | {
      readonly kind: 'average';
      readonly members: readonly RingMember[];
      readonly round: number;
      readonly elements: number;
    };

export type RingReply =
  | {
      readonly kind: 'listening';
      readonly address: string;
      readonly port: number;
      readonly http2Port: number;
    }
  | { readonly kind: 'done'; readonly milliseconds: number }
  | { readonly kind: 'failed'; readonly message: string };
