export { service } from './server.js';
