import { runAsProcess } from '@taskweave/service-kit';
import { batchSender } from './batch-sender.js';

await runAsProcess(batchSender);
