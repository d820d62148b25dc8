import { ArchitectServiceClient } from '@taskweave/contracts';
import { callUnary, connect } from '@taskweave/service-kit';
import { createRequire } from 'node:module';
import { startMeasured, type MeasuredProcess } from '../measured-process.js';
import { planJson } from './plan.js';
import type { Place } from './simulated-trainer.js';

const RUN = 'load';
/** More than can be made; the schedules of the search depend on it but not their cost. */
const SEARCH_STEPS = 1_000_000;

/** A fresh architect, in a process of its own, with one search for trainers to join. */
export async function startArchitect(): Promise<{ architect: MeasuredProcess; place: Place }> {
  const architect = await startMeasured(createRequire(import.meta.url).resolve('@taskweave/architect/main'));
  const { address } = architect;
  const connection = connect(ArchitectServiceClient, address, { name: 'architect' });
  try {
    const request = { run: RUN, planJson: planJson(SEARCH_STEPS), stateJson: undefined };
    const { edges } = await callUnary(connection, 'openSearch', request);
    return { architect, place: { address, run: RUN, edges } };
  } catch (error) {
    await architect.stop();
    throw error;
  } finally {
    connection.close();
  }
}
