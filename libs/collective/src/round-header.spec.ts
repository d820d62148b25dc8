/** What is refused of a call, of its answers, and noise. */
import { connect as connectTcp } from 'node:net';
import { credentials, status, type ServiceError } from '@grpc/grpc-js';
import type { TaskweaveError } from '@taskweave/common';
import {
  CollectiveServiceClient,
  DType,
  DrawResponse,
  RingToken,
  RoundState,
  type RoundFailure,
  type RoundHeader,
} from '@taskweave/contracts';
import { checkHealth, serverStream, startServer, unary } from '@taskweave/service-kit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RingMember } from './round-peers.js';
import { startRing, type TestRing } from './testing/start-ring.js';
import { collectiveDefinition } from './wire.js';

type Message = NonNullable<DrawResponse['message']>;

const CHUNK_ELEMENTS = 2;
let ring: TestRing;
let client: CollectiveServiceClient;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  ring = await startRing(2, { silenceMs: 1_000, chunkElements: CHUNK_ELEMENTS });
  client = new CollectiveServiceClient(ring.members[0]!.address, credentials.createInsecure());
});
afterEach(async () => {
  client.close();
  await ring.stop();
  for (const close of closing.splice(0)) await close();
});

const header: RoundHeader = {
  key: { group: 'run', epoch: 1, round: 0 },
  sender: 'member-1',
  members: ['member-0', 'member-1'],
  base: 0,
  tensors: [{ name: 'w', dtype: DType.FLOAT32, shape: [8] }],
  chunkElements: CHUNK_ELEMENTS,
};
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
/** The chunks that member 1 sends first: its own half. */
const chunk = (begin: number, data = floats(1, 2), step = 0): Message => ({
  $case: 'chunk',
  value: { step, begin, data },
});

/** Calls member 0 with a header; resolves with how the call ended. */
function draw(found: RoundHeader | undefined): Promise<{ code: number; details: string }> {
  return new Promise((resolve) => {
    const call = client.draw({ header: found });
    call.on('data', () => undefined);
    call.on('end', () => resolve({ code: status.OK, details: '' }));
    call.on('error', ({ code, details }: ServiceError) => resolve({ code, details }));
  });
}

/** Member 0 takes part in the round of {@link header}; member 1, unless another is given, does not. */
function enter(epoch = 1, other: RingMember = ring.members[1]!): Promise<unknown> {
  return ring.collectives[0]!.average({
    group: 'run',
    epoch,
    round: 0,
    members: [ring.members[0]!, other],
    tensors: [{ name: 'w', shape: [8], data: new Float32Array(8).fill(1) }],
  }).catch((error: unknown) => error);
}

describe('a call that is not of the right neighbour', () => {
  it.each<[string, RoundHeader | undefined, RegExp]>([
    ['says nothing', undefined, /needs a header/],
    ['names no round', { ...header, key: undefined }, /needs a header/],
    ['is of another sender', { ...header, sender: 'eve' }, /the sender/],
    ['has other members', { ...header, members: ['eve'] }, /the members/],
    ['has another base', { ...header, base: 9 }, /the base/],
    ['has other chunks', { ...header, chunkElements: 1 }, /the chunk_elements/],
    ['has other tensors', { ...header, tensors: [] }, /the tensors/],
  ])('and %s is refused; the round goes on', async (_what, found, expected) => {
    const round = enter();
    const { code, details } = await draw(found);
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect(details).toMatch(expected);
    const other = ring.collectives[1]!.average({
      group: 'run',
      epoch: 1,
      round: 0,
      members: ring.members,
      tensors: [{ name: 'w', shape: [8], data: new Float32Array(8).fill(3) }],
    });
    const [mean] = await other;
    expect(mean!.data).toEqual(new Float32Array(8).fill(2));
    expect(await round).toEqual([mean]);
  });

  it('and is of a round that is over, or never comes, is refused', async () => {
    await enter();
    expect(await draw({ ...header, key: { group: 'run', epoch: 0, round: 5 } })).toEqual({
      code: status.FAILED_PRECONDITION,
      details: 'The round cannot be joined: it is over here.',
    });
    expect(await draw({ ...header, key: { group: 'no', epoch: 0, round: 0 } })).toEqual({
      code: status.FAILED_PRECONDITION,
      details: 'The round cannot be joined: it was not entered here.',
    });
  });

  it('or is its second one, is refused', async () => {
    const round = enter();
    const first = client.draw({ header });
    first.on('error', () => undefined);
    first.on('data', () => undefined);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await draw(header)).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: 'A member called twice in one round.',
    });
    first.cancel();
    await round;
  });
});

/** Stands in for member 1: says what it is told to, and notes what it is told of the round. */
async function pretender(
  say: () => readonly (Message | Uint8Array)[],
): Promise<RingMember & { readonly told: RoundFailure[] }> {
  const told: RoundFailure[] = [];
  const definition = {
    ...collectiveDefinition,
    draw: {
      ...collectiveDefinition.draw,
      responseSerialize: (one: Message | Uint8Array) =>
        Buffer.from(one instanceof Uint8Array ? one : DrawResponse.encode({ message: one }).finish()),
    },
  };
  const server = await startServer({
    name: 'pretender',
    services: [
      {
        definition,
        implementation: {
          draw: serverStream(async function* () {
            yield* say();
          }),
          getRound: unary(() => ({ state: RoundState.WORKING, failure: undefined })),
          abortRound: unary(({ failure }: { failure: RoundFailure | undefined }) => {
            if (failure !== undefined) told.push(failure);
            return { state: RoundState.ABORTED, failure };
          }),
        },
      },
    ],
  });
  closing.push(() => server.stop({ graceMs: 0 }));
  return { name: 'member-1', address: server.address, told };
}

describe('what the left neighbour says', () => {
  const rest = [chunk(6), chunk(0, floats(7, 7), 1), chunk(2, floats(7, 7), 1)];
  const complete: Message = { $case: 'token', value: RingToken.COMPLETE };

  it('in order makes the mean', async () => {
    const round = enter(1, await pretender(() => [chunk(4), ...rest, complete]));
    expect(await round).toEqual([
      { name: 'w', dtype: 'float32', shape: [8], data: Float32Array.of(7, 7, 7, 7, 1, 1.5, 1, 1.5) },
    ]);
  });

  it.each<[string, (Message | Uint8Array)[], string, RegExp]>([
    ['twice', [chunk(4), chunk(4)], 'MESSAGE_INVALID', /not the one that comes next/],
    ['with one left out', [chunk(6)], 'MESSAGE_INVALID', /not the one that comes next/],
    ['of another step', [chunk(4, floats(1, 2), 7)], 'MESSAGE_INVALID', /not the one/],
    ['that is too short', [chunk(4, floats(1))], 'MESSAGE_INVALID', /not the one/],
    ['that is too long', [chunk(4, floats(1, 2, 3))], 'MESSAGE_INVALID', /not the one/],
    ['cut off', [chunk(4, floats(1, 2).subarray(0, 7))], 'MESSAGE_INVALID', /not the one/],
    ['too often', [chunk(4), ...rest, chunk(4)], 'MESSAGE_INVALID', /not the one/],
    ['with a token too early', [complete], 'MESSAGE_INVALID', /out of order/],
    ['with the wrong token', [chunk(4), ...rest, { $case: 'token', value: 2 }], 'MESSAGE_INVALID', /order/],
    ['in other bytes', [Uint8Array.of(0xff, 0xff, 0xff)], 'MESSAGE_INVALID', /order/],
    ['and leaves', [chunk(4)], 'MEMBER_LOST', /connection to it broke/],
  ])('%s gives the round up over it', async (_what, messages, code, reason) => {
    const other = await pretender(() => messages);
    const error = (await enter(1, other)) as TaskweaveError;
    expect(error).toMatchObject({ code, subject: 'member-1' });
    expect(error.message).toMatch(reason);
    await expect.poll(() => other.told).toMatchObject([{ code, member: 'member-1' }]);
    expect(await checkHealth(ring.members[0]!.address)).toBe('SERVING');
  });

  it.each<[string, Message[]]>([
    ['NaN', [chunk(4, floats(1, NaN))]],
    ['infinity', [chunk(4), chunk(6), chunk(0, floats(-Infinity, 0), 1)]],
  ])('with %s gives the round up', async (_what, messages) => {
    const error = (await enter(1, await pretender(() => messages))) as TaskweaveError;
    expect(error).toMatchObject({ code: 'NOT_FINITE' });
    expect(error.message).toMatch(/no finite number/);
  });
});

describe('noise', () => {
  const token = fc.record({ $case: fc.constant('token' as const), value: fc.constantFrom(0, 1, 2) });

  it('in a header leaves the service serving and the round to its members', async () => {
    const key = fc.record({ group: fc.constantFrom('run'), epoch: fc.nat(2), round: fc.nat(2) });
    const tensors = fc.array(
      fc.record({
        name: fc.string(),
        dtype: fc.constantFrom(0, 1, 2),
        shape: fc.array(fc.nat(2 ** 32 - 1)),
      }),
      { maxLength: 2 },
    );
    const noise = fc.record({
      key: fc.option(key, { nil: undefined }),
      sender: fc.constantFrom('member-1', 'eve'),
      members: fc.array(fc.constantFrom('member-0', 'member-1'), { maxLength: 3 }),
      base: fc.nat(1),
      tensors,
      chunkElements: fc.nat(4),
    });
    // Member 0 has been through a round already: whatever has a key of before is over, and need not be waited for.
    await enter(9);
    await fc.assert(
      fc.asyncProperty(noise, async (found) => {
        const { code, details } = await draw(found);
        expect([status.INVALID_ARGUMENT, status.FAILED_PRECONDITION]).toContain(code);
        expect(details).not.toBe('');
      }),
      { numRuns: 300 },
    );
    expect(await checkHealth(ring.members[0]!.address)).toBe('SERVING');
  });

  it('as answers gives the round up and leaves the service serving', async () => {
    const message: fc.Arbitrary<Message | Uint8Array> = fc.oneof(
      fc.record({
        $case: fc.constant('chunk' as const),
        value: fc.record({
          step: fc.oneof(fc.nat(2), fc.nat(2 ** 32 - 1)),
          begin: fc.oneof(fc.constantFrom(4, 6, 0), fc.nat(2 ** 32 - 1)),
          data: fc.oneof(fc.constant(floats(1, 2)), fc.uint8Array({ maxLength: 20 })),
        }),
      }),
      token,
      fc.uint8Array({ maxLength: 20 }),
    );
    let messages: (Message | Uint8Array)[] = [];
    const other = await pretender(() => messages);
    let epoch = 1;
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 3 }), async (said) => {
        messages = said;
        const { code } = (await enter(epoch++, other)) as TaskweaveError;
        expect(['MESSAGE_INVALID', 'NOT_FINITE', 'MEMBER_LOST']).toContain(code);
      }),
      { numRuns: 100 },
    );
    expect(await checkHealth(ring.members[0]!.address)).toBe('SERVING');
  });

  it('instead of a request, and instead of HTTP/2, ends the call only', async () => {
    const bytes = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00]);
    const code = await new Promise((resolve) => {
      const { path, responseDeserialize } = CollectiveServiceClient.service.draw;
      const call = client.makeServerStreamRequest(path, (raw: Buffer) => raw, responseDeserialize, bytes);
      call.on('data', () => undefined);
      call.on('error', ({ code: found }: ServiceError) => resolve(found));
    });
    expect(code).toBe(status.INVALID_ARGUMENT);
    const [host, port] = ring.members[0]!.address.split(':') as [string, string];
    await new Promise<void>((resolve) => {
      const socket = connectTcp(Number(port), host, () => socket.end('GET / HTTP/1.1\r\n\r\n'));
      socket.on('data', () => undefined);
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });
    expect(await checkHealth(ring.members[0]!.address)).toBe('SERVING');
  });

  it('about rounds nobody entered gets "unknown", and changes nothing', async () => {
    const ask = (key: RoundHeader['key']): Promise<RoundState> =>
      new Promise((resolve, reject) =>
        client.getRound({ key }, (error, answer) => (error ? reject(error) : resolve(answer.state))),
      );
    const abort = (key: RoundHeader['key']): Promise<RoundState> =>
      new Promise((resolve, reject) =>
        client.abortRound({ key, failure: undefined }, (error, answer) =>
          error ? reject(error) : resolve(answer.state),
        ),
      );
    for (const key of [undefined, { group: 'no', epoch: 0, round: 0 }]) {
      expect(await ask(key)).toBe(RoundState.UNKNOWN);
      expect(await abort(key)).toBe(RoundState.UNKNOWN);
    }
    const round = enter();
    expect(await ask(header.key)).toBe(RoundState.WORKING);
    // Of a later round: it is held up in this one.
    expect(await ask({ group: 'run', epoch: 2, round: 0 })).toBe(RoundState.WORKING);
    expect(await ask({ group: 'run', epoch: 0, round: 0 })).toBe(RoundState.UNKNOWN);
    expect(await abort(header.key)).toBe(RoundState.ABORTED);
    expect(await round).toMatchObject({ code: 'MEMBER_LOST' });
    expect(await ask(header.key)).toBe(RoundState.ABORTED);
  });
});
