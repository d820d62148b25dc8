import { workQueueContract } from '../contract/work-queue-contract.js';
import { openFixture } from './testing.js';

workQueueContract(openFixture);
