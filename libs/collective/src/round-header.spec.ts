/** What is refused from a call on: its header, what follows it, and noise. */
import { connect as connectTcp } from 'node:net';
import { credentials, status, type ServiceError } from '@grpc/grpc-js';
import {
  CollectiveServiceClient,
  DType,
  RingToken,
  RoundState,
  type PassRequest,
  type RoundHeader,
} from '@taskweave/contracts';
import { checkHealth } from '@taskweave/service-kit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRing, type TestRing } from './testing/start-ring.js';

type Message = NonNullable<PassRequest['message']>;

const CHUNK_ELEMENTS = 2;
let ring: TestRing;
let client: CollectiveServiceClient;

beforeEach(async () => {
  ring = await startRing(2, { silenceMs: 1_000, chunkElements: CHUNK_ELEMENTS });
  client = new CollectiveServiceClient(ring.members[0]!.address, credentials.createInsecure());
});
afterEach(async () => {
  client.close();
  await ring.stop();
});

const header: RoundHeader = {
  key: { group: 'run', epoch: 1, round: 0 },
  sender: 'member-1',
  members: ['member-0', 'member-1'],
  base: 0,
  tensors: [{ name: 'w', dtype: DType.FLOAT32, shape: [8] }],
  chunkElements: CHUNK_ELEMENTS,
};
const hello: Message = { $case: 'header', value: header };
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
/** The chunks that member 1 sends first: its own half. */
const chunk = (begin: number, data = floats(1, 2), step = 0): Message => ({
  $case: 'chunk',
  value: { step, begin, data },
});

/** Sends messages and ends; resolves with how the call ended. */
function send(messages: readonly Message[]): Promise<{ code: number; details: string }> {
  return new Promise((resolve) => {
    const call = client.pass();
    call.on('data', () => undefined);
    call.on('end', () => resolve({ code: status.OK, details: '' }));
    call.on('error', ({ code, details }: ServiceError) => resolve({ code, details }));
    for (const message of messages) call.write({ message });
    call.end();
  });
}

/** Member 0 takes part in the round of {@link header}; member 1, which is we, does not. */
function enter(epoch = 1): Promise<unknown> {
  return ring.collectives[0]!.average({
    group: 'run',
    epoch,
    round: 0,
    members: ring.members,
    tensors: [{ name: 'w', shape: [8], data: new Float32Array(8).fill(1) }],
  }).catch((error: unknown) => error);
}

describe('a call that is not of the left neighbour', () => {
  it.each<[string, Message[], RegExp]>([
    ['says nothing', [], /starts with its header/],
    ['starts with a chunk', [chunk(4)], /starts with its header/],
    ['starts with a token', [{ $case: 'token', value: RingToken.COMMIT }], /starts with its header/],
    ['names no round', [{ $case: 'header', value: { ...header, key: undefined } }], /starts with its header/],
    ['is of another sender', [{ $case: 'header', value: { ...header, sender: 'eve' } }], /the sender/],
    ['has other members', [{ $case: 'header', value: { ...header, members: ['eve'] } }], /the members/],
    ['has another base', [{ $case: 'header', value: { ...header, base: 9 } }], /the base/],
    ['has other chunks', [{ $case: 'header', value: { ...header, chunkElements: 1 } }], /the chunk_elements/],
    ['has other tensors', [{ $case: 'header', value: { ...header, tensors: [] } }], /the tensors/],
  ])('and %s is refused; the round goes on', async (_what, messages, expected) => {
    const round = enter();
    const { code, details } = await send(messages);
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
    expect(
      await send([{ $case: 'header', value: { ...header, key: { group: 'run', epoch: 0, round: 5 } } }]),
    ).toEqual({
      code: status.FAILED_PRECONDITION,
      details: 'The round cannot be joined: it is over here.',
    });
    expect(
      await send([{ $case: 'header', value: { ...header, key: { group: 'no', epoch: 0, round: 0 } } }]),
    ).toEqual({
      code: status.FAILED_PRECONDITION,
      details: 'The round cannot be joined: it was not entered here.',
    });
  });
});

describe('messages of the left neighbour', () => {
  const rest = [chunk(6), chunk(0, floats(1, 1), 1), chunk(2, floats(1, 1), 1)];
  const complete: Message = { $case: 'token', value: RingToken.COMPLETE };

  it.each<[string, Message[], number, RegExp]>([
    ['that are in order', [hello, chunk(4), ...rest, complete], status.OK, /^$/],
    ['twice', [hello, chunk(4), chunk(4)], status.INVALID_ARGUMENT, /not the one that comes next/],
    ['with one left out', [hello, chunk(6)], status.INVALID_ARGUMENT, /not the one that comes next/],
    ['of another step', [hello, chunk(4, floats(1, 2), 7)], status.INVALID_ARGUMENT, /not the one/],
    ['that are too short', [hello, chunk(4, floats(1))], status.INVALID_ARGUMENT, /not the one/],
    ['that are too long', [hello, chunk(4, floats(1, 2, 3))], status.INVALID_ARGUMENT, /not the one/],
    ['cut off', [hello, chunk(4, floats(1, 2).subarray(0, 7))], status.INVALID_ARGUMENT, /not the one/],
    ['too many', [hello, chunk(4), ...rest, chunk(4)], status.INVALID_ARGUMENT, /not the one/],
    ['with NaN', [hello, chunk(4, floats(1, NaN))], status.ABORTED, /no finite number/],
    [
      'with infinity',
      [hello, chunk(4), chunk(6), chunk(0, floats(-Infinity, 0), 1)],
      status.ABORTED,
      /no finite/,
    ],
    ['with a token too early', [hello, complete], status.INVALID_ARGUMENT, /out of order/],
    [
      'with the wrong token',
      [hello, chunk(4), ...rest, { $case: 'token', value: 2 }],
      status.INVALID_ARGUMENT,
      /order/,
    ],
    ['with a second header', [hello, hello], status.INVALID_ARGUMENT, /out of order/],
  ])('%s', async (_what, messages, code, details) => {
    const round = enter();
    const answer = await send(messages);
    expect(answer).toMatchObject({ code });
    expect(answer.details).toMatch(details);
    await round;
    expect(await checkHealth(ring.members[0]!.address)).toBe('SERVING');
  });

  it('of a second call are refused', async () => {
    const round = enter();
    const first = client.pass();
    first.on('error', () => undefined);
    first.write({ message: hello });
    first.write({ message: chunk(4) });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await send([hello])).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: 'A member called twice in one round.',
    });
    first.cancel();
    await round;
  });
});

describe('noise', () => {
  it('in any field leaves the service serving and the round to its members', async () => {
    const key = fc.record({ group: fc.constantFrom('run', ''), epoch: fc.nat(2), round: fc.nat(2) });
    const message: fc.Arbitrary<Message> = fc.oneof(
      fc.record({
        $case: fc.constant('header' as const),
        value: fc.record({
          key: fc.option(key, { nil: undefined }),
          sender: fc.constantFrom('member-1', 'eve'),
          members: fc.array(fc.constantFrom('member-0', 'member-1'), { maxLength: 3 }),
          base: fc.nat(1),
          tensors: fc.array(
            fc.record({
              name: fc.string(),
              dtype: fc.constantFrom(0, 1, 2),
              shape: fc.array(fc.nat(2 ** 32 - 1)),
            }),
            { maxLength: 2 },
          ),
          chunkElements: fc.nat(4),
        }),
      }),
      fc.record({
        $case: fc.constant('chunk' as const),
        value: fc.record({
          step: fc.nat(2 ** 32 - 1),
          begin: fc.nat(2 ** 32 - 1),
          data: fc.uint8Array({ maxLength: 20 }),
        }),
      }),
      fc.record({ $case: fc.constant('token' as const), value: fc.constantFrom(0, 1, 2) }),
    );
    // Member 0 has been through a round already: whatever has a key of before is over, and need not be waited for.
    await enter(9);
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 4 }), async (messages) => {
        const { code, details } = await send(
          messages.filter((one) => one.$case !== 'header' || one.value.key?.group !== ''),
        );
        expect([status.INVALID_ARGUMENT, status.FAILED_PRECONDITION]).toContain(code);
        expect(details).not.toBe('');
      }),
      { numRuns: 300 },
    );
    expect(await checkHealth(ring.members[0]!.address)).toBe('SERVING');
  });

  it('instead of messages, and instead of HTTP/2, ends the call only', async () => {
    const bytes = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00]);
    const code = await new Promise((resolve) => {
      const { path, responseDeserialize } = CollectiveServiceClient.service.pass;
      const call = client.makeBidiStreamRequest(path, (raw: Buffer) => raw, responseDeserialize);
      call.on('data', () => undefined);
      call.on('error', ({ code: found }: ServiceError) => resolve(found));
      call.write(bytes);
      call.end();
    });
    expect([status.INTERNAL, status.INVALID_ARGUMENT]).toContain(code);
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
