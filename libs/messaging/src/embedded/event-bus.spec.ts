import { eventBusContract } from '../contract/event-bus-contract.js';
import { openFixture } from './testing.js';

eventBusContract(openFixture);
