import { startMemberProcess } from '@taskweave/collective/testing/start-member-process';
import {
  CollectiveServiceClient,
  CollectiveServiceService,
  DType,
  RingToken,
  RoundState,
  type CollectiveServiceServer,
  type RoundKey,
} from '@taskweave/contracts';
import { callUnary, connect, serverStream, startServer, unary } from '@taskweave/service-kit';
import { setTimeout } from 'node:timers/promises';

/** A member of averages, in a process of its own. Its only neighbour on both sides is whoever fuzzes it. */
export interface FuzzedMember {
  readonly address: string;
  /** Of the round that it is in. */
  readonly key: RoundKey;
  /** Of its right neighbour in that round. */
  readonly request: object;
  /** Why it ended without having been asked to. */
  readonly crashed: () => boolean;
  /** Has it enter a new round; the one before is given up. */
  enter(): Promise<void>;
  stop(): Promise<void>;
}

/** The member waits twice as long for a round that it is to enter. */
const SILENCE_MS = 1000;
const ELEMENTS = 4;

export async function startFuzzedMember(): Promise<FuzzedMember> {
  const member = await startMemberProcess('one', { silenceMs: SILENCE_MS });
  // It listens for the member's end anew in every round.
  member.child.setMaxListeners(0);
  const right = await startServer({
    name: 'two',
    services: [{ definition: CollectiveServiceService, implementation: neighbour }],
  });
  const client = connect(CollectiveServiceClient, member.address, { name: 'one' });
  const members = [
    { name: 'one', address: member.address },
    { name: 'two', address: right.address },
  ];
  const key = { group: 'test', epoch: 0, round: 0 };
  let entered: Promise<unknown> | undefined;
  return {
    address: member.address,
    key,
    request: request(key),
    crashed: () => member.child.exitCode !== null || member.child.signalCode !== null,
    async enter() {
      if (entered !== undefined) {
        const failure = { code: 'MEMBER_LOST', member: 'two', reason: 'it is done' };
        await callUnary(client, 'abortRound', { key, failure });
        await entered;
      }
      key.epoch++;
      const order = { members, epoch: key.epoch, round: key.round, elements: ELEMENTS, value: 1, times: 1 };
      entered = member.average(order).catch(() => undefined);
    },
    async stop() {
      client.close();
      await member.stop();
      await entered;
      await right.stop({ graceMs: 0 });
    },
  };
}

/** What the second of two members, its right neighbour, calls the first with. */
function request(key: RoundKey): object {
  return {
    header: {
      ...{ key, sender: 'two', members: ['one', 'two'], base: key.round },
      tensors: [{ name: 'x', dtype: DType.FLOAT32, shape: [ELEMENTS] }],
      chunkElements: 64 * 1024,
    },
  };
}

/**
 * The second of two members, as the first draws from it: its sums, the first's means, and later that it has all. It is never the
 * one at fault.
 */
const neighbour: CollectiveServiceServer = {
  draw: serverStream(async function* () {
    const data = Buffer.from(Float32Array.of(3, 3).buffer);
    yield { message: { $case: 'chunk', value: { step: 0, begin: 2, data } } };
    yield { message: { $case: 'chunk', value: { step: 1, begin: 0, data } } };
    await setTimeout(SILENCE_MS / 2);
    yield { message: { $case: 'token', value: RingToken.COMPLETE } };
  }),
  getRound: unary(() => ({ state: RoundState.WORKING, failure: undefined })),
  abortRound: unary(() => ({ state: RoundState.ABORTED, failure: undefined })),
};
