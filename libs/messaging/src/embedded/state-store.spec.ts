import { stateStoreContract } from '../contract/state-store-contract.js';
import { openFixture } from './testing.js';

stateStoreContract(openFixture);
