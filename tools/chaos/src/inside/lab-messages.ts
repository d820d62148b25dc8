/** What processes of a cluster and the laboratory tell each other: lines of JSON over TCP. */

/** Port of the laboratory on loopback, in the environment of every process of a cluster. */
export const LAB_PORT = 'TASKWEAVE_CHAOS_PORT';

/** First line of every connection to the laboratory. */
export type Opening =
  /** A process that tells of itself, and is told what to do. */
  | { readonly kind: 'process'; readonly pid: number; readonly service: string }
  /** A connection of a process to a port of this machine, to be carried there. */
  | { readonly kind: 'link'; readonly pid: number; readonly port: number };

/** From a process, after its opening: where it listens. */
export interface Listening {
  readonly listening: number;
}

/** To a process: its clock jumps by so many milliseconds. */
export interface ClockJump {
  readonly clockMs: number;
}
