import { ArchitectServiceClient } from '@taskweave/contracts';
import { callUnary, connect } from '@taskweave/service-kit';
import { createRequire } from 'node:module';
import { startMeasured, type MeasuredProcess } from '../measured-process.js';
import { planJson } from './plan.js';
import type { Place } from './simulated-trainer.js';

const RUN = 'load';
/** More than can be made; the schedules of the search depend on it but not their cost. */
const SEARCH_STEPS = 1_000_000;

/** A fresh architect, in a process of its own, with one search for so many trainers, named by their numbers. */
export async function startArchitect(
  trainers: number,
): Promise<{ architect: MeasuredProcess; place: Place }> {
  const architect = await startMeasured(createRequire(import.meta.url).resolve('@taskweave/architect/main'));
  const { address } = architect;
  const connection = connect(ArchitectServiceClient, address, { name: 'architect' });
  try {
    const { edges } = await callUnary(connection, 'openSearch', {
      run: RUN,
      planJson: planJson(SEARCH_STEPS),
      stateJson: undefined,
      session: RUN,
      members: Array.from({ length: trainers }, (_, number) => String(number)),
      deadlineMs: 0,
    });
    return { architect, place: { address, run: RUN, edges } };
  } catch (error) {
    await architect.stop();
    throw error;
  } finally {
    connection.close();
  }
}
