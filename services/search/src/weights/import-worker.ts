import { serveWorker } from '@taskweave/service-kit/worker';
import { checkImport, storeImport } from './import-initial.js';

/** Entry of the worker thread that reads weights to start from, checks them and stores them. */

const methods = { check: checkImport, store: storeImport };

export type ImportMethods = typeof methods;

serveWorker(methods);
