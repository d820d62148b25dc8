import { TaskweaveError } from '@taskweave/common';
import {
  ArchitectServiceService,
  type ArchitectServiceServer,
  type OpenSearchRequest,
  type OptimizeRequest,
  type OptimizeResponse,
} from '@taskweave/contracts';
import { bidi, checkRunName, startServer, unary, type ServiceModule } from '@taskweave/service-kit';
import { parsePlan } from './plan.js';
import { KnownRuns } from './known-runs.js';
import { SearchRun, type Member, type TrainerGroup } from './search-run.js';
import { SearchSession } from './search-session.js';

/** The architect: owner of the architecture weights. Plain arithmetic on a few hundred numbers; no tensors. */
export const service: ServiceModule = {
  name: 'architect',
  async start(options) {
    const server = await startServer({
      name: 'architect',
      services: [{ definition: ArchitectServiceService, implementation: implement(new KnownRuns()) }],
      ...options,
    });
    return { name: 'architect', address: server.address, stop: () => server.stop() };
  },
};

function implement(runs: KnownRuns): ArchitectServiceServer {
  return {
    openSearch: unary((request) => {
      const { run } = request;
      checkRunName(run);
      const group = groupOf(request);
      if (runs.find(run)?.group.session !== group.session) {
        const session = new SearchSession(parsePlan(request.planJson), request.stateJson);
        runs.add(new SearchRun(run, session, group));
      }
      const { edges, step } = runs.get(run).session;
      return { edges, step };
    }),
    getState: unary(({ run }) => runs.get(run).session.snapshot()),
    optimize: bidi((requests, { signal }) => optimize(runs, requests, signal)),
  };
}

/** @throws TaskweaveError `MESSAGE_INVALID` */
function groupOf({ session, members, deadlineMs }: OpenSearchRequest): TrainerGroup {
  const unusable = (subject: string, found: string, expected: string): TaskweaveError =>
    new TaskweaveError({
      code: 'MESSAGE_INVALID',
      message: 'A search cannot be opened for these trainers.',
      subject,
      found,
      expected,
    });
  if (session === '') throw unusable('session', 'nothing', 'a name chosen anew for every setting out');
  if (members.length === 0 || new Set(members).size < members.length) {
    throw unusable('members', members.join(', ') || 'nobody', 'at least one name, each of them once');
  }
  // Node's longest timer.
  if (deadlineMs >= 2 ** 31) throw unusable('deadline_ms', String(deadlineMs), 'less than 2^31');
  return { session, members, deadlineMs };
}

/** One trainer's call: a join, then gradients; each is answered before the next is read. */
async function* optimize(
  runs: KnownRuns,
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
        const run = runs.get(id);
        const { member, step } = message.value;
        joined = { run, member: run.join(member, step) };
        yield {
          step,
          architectureGates: run.session.architectureGates(),
          weightGates: [],
          metrics: undefined,
          lost: [],
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

function outOfOrder(id: string, found: string | undefined, joined: string | undefined): TaskweaveError {
  return new TaskweaveError({
    code: 'REQUEST_OUT_OF_ORDER',
    message: 'A message of Optimize came out of order.',
    found: `${found ?? 'nothing'} of run ${id}`,
    expected: joined === undefined ? 'a join' : `a gradient of run ${joined}`,
  });
}
