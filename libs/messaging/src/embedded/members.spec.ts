import { membersContract } from '../contract/members-contract.js';
import { openFixture } from './testing.js';

membersContract(openFixture);
