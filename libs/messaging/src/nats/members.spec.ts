import { membersContract } from '../contract/members-contract.js';
import { useNatsServer } from './testing.js';

membersContract(useNatsServer().openFixture);
