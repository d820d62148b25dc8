import { runAsProcess } from '../../run-as-process.js';
import { service } from '../echo.js';

await runAsProcess(service);
