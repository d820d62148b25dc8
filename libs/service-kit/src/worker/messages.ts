import type { ErrorDetails } from '@taskweave/common';

/** Methods that a worker thread offers: plain async functions over data that can be cloned. */
// The constraint must accept functions of any parameters; `never` makes them assignable without `any`.
export type WorkerMethods = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

export interface WorkerRequest {
  readonly id: number;
  readonly method: string;
  readonly args: unknown[];
}

export type WorkerReply =
  { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: ErrorDetails };
