/**
 * Loaded into every process of a cluster before its own code (`--import`): lets the laboratory stand between it and the
 * others, and set its clock.
 */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { isMainThread } from 'node:worker_threads';
import { installClock, jumpClock } from './clock.js';
import { LAB_PORT, type ClockJump, type Listening, type Opening } from './lab-messages.js';
import { rerouteConnections, watchListening } from './reroute.js';

const port = Number(process.env[LAB_PORT]);
if (isMainThread && port > 0) {
  const line = connect(port, '127.0.0.1');
  // Nothing here keeps the process alive, or ends it.
  line.unref().on('error', () => undefined);
  const tell = (message: Opening | Listening): void => void line.write(`${JSON.stringify(message)}\n`);
  const service = /services\/([^/]+)\//.exec(process.argv[1] ?? '')?.[1] ?? '';
  tell({ kind: 'process', pid: process.pid, service });
  createInterface({ input: line }).on('line', (text) => jumpClock((JSON.parse(text) as ClockJump).clockMs));
  installClock();
  watchListening((listening) => tell({ listening }));
  rerouteConnections(port);
}
