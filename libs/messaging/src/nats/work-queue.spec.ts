import { workQueueContract } from '../contract/work-queue-contract.js';
import { useNatsServer } from './testing.js';

workQueueContract(useNatsServer().openFixture);
