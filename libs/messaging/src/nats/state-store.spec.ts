import { stateStoreContract } from '../contract/state-store-contract.js';
import { useNatsServer } from './testing.js';

stateStoreContract(useNatsServer().openFixture);
