import { parentPort } from 'node:worker_threads';
import { trainedBits } from './bits.js';

/** Entry of a process or a worker thread that trains on two threads and tells the hash of the result. */
const bits = await trainedBits(2);
if (parentPort === null) process.stdout.write(bits);
else parentPort.postMessage(bits);
