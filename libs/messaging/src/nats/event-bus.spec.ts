import { eventBusContract } from '../contract/event-bus-contract.js';
import { useNatsServer } from './testing.js';

eventBusContract(useNatsServer().openFixture);
