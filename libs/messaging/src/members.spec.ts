import { describe } from 'vitest';
import { membersContract } from './contract/members-contract.js';
import { openFixture } from './embedded/testing.js';
import { useNatsServer } from './nats/testing.js';

describe('embedded', () => membersContract(openFixture));
describe('on NATS', () => membersContract(useNatsServer().openFixture));
