import { TaskweaveError } from '@taskweave/common';
import {
  ArchitectServiceService,
  type ArchitectServiceServer,
  type OptimizeRequest,
  type OptimizeResponse,
} from '@taskweave/contracts';
import { bidi, checkRunName, startServer, unary, type ServiceModule } from '@taskweave/service-kit';
import { parsePlan } from './plan.js';
import { SearchRun, type Member } from './search-run.js';
import { SearchSession } from './search-session.js';

/** The architect: owner of the architecture weights. Plain arithmetic on a few hundred numbers; no tensors. */
export const service: ServiceModule = {
  name: 'architect',
  async start(options) {
    const server = await startServer({
      name: 'architect',
      services: [{ definition: ArchitectServiceService, implementation: implement(new Map()) }],
      ...options,
    });
    return { name: 'architect', address: server.address, stop: () => server.stop() };
  },
};

type Runs = Map<string, SearchRun>;

function implement(runs: Runs): ArchitectServiceServer {
  return {
    openSearch: unary(({ run, planJson, stateJson }) => {
      checkRunName(run);
      const session = new SearchSession(parsePlan(planJson), stateJson);
      runs.get(run)?.close();
      runs.set(run, new SearchRun(run, session));
      return { edges: session.edges, step: session.step };
    }),
    getState: unary(({ run }) => findRun(runs, run).session.snapshot()),
    optimize: bidi((requests, { signal }) => optimize(runs, requests, signal)),
  };
}

/** One trainer's call: a join, then gradients; each is answered before the next is read. */
async function* optimize(
  runs: Runs,
  requests: AsyncIterable<OptimizeRequest>,
  signal: AbortSignal,
): AsyncGenerator<OptimizeResponse, void, void> {
  let joined: { run: SearchRun; member: Member } | undefined;
  // A trainer that disappears while the others are awaited must not hold them up.
  const leave = (): void => joined?.member.leave();
  signal.addEventListener('abort', leave);
  try {
    for await (const { run: id, message } of requests) {
      if (message?.$case === 'join' && joined === undefined) {
        const run = findRun(runs, id);
        const { member, step } = message.value;
        joined = { run, member: run.join(member, step) };
        yield {
          step,
          architectureGates: run.session.architectureGates(),
          weightGates: [],
          metrics: undefined,
        };
      } else if (message?.$case === 'gradient' && joined?.run.id === id) {
        yield await joined.member.report(message.value);
      } else {
        throw outOfOrder(id, message?.$case, joined?.run.id);
      }
    }
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
}

function findRun(runs: Runs, id: string): SearchRun {
  const run = runs.get(id);
  if (run !== undefined) return run;
  throw new TaskweaveError({
    code: 'RUN_NOT_FOUND',
    message: 'The architect does not know this run.',
    subject: id,
    expected: 'a run that was opened with OpenSearch since the architect started',
    action: 'Open the search again, with the state of the latest checkpoint.',
  });
}

function outOfOrder(id: string, found: string | undefined, joined: string | undefined): TaskweaveError {
  return new TaskweaveError({
    code: 'REQUEST_OUT_OF_ORDER',
    message: 'A message of Optimize came out of order.',
    found: `${found ?? 'nothing'} of run ${id}`,
    expected: joined === undefined ? 'a join' : `a gradient of run ${joined}`,
  });
}
