import { runAsProcess } from '@taskweave/service-kit';
import { service } from './server.js';

await runAsProcess(service);
