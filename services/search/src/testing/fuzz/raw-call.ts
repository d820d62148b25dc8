import { Metadata, credentials, makeGenericClientConstructor, status } from '@grpc/grpc-js';

/** How a call ended. */
export interface Ending {
  /** Name of the gRPC status. */
  readonly code: keyof typeof status;
  readonly details: string;
  /** Messages that came before the end. */
  readonly answers: readonly Buffer[];
}

export interface RawClient {
  /**
   * Sends messages as bytes and waits for the end of the call, which is cancelled after `mostAnswers` messages.
   *
   * @param path `/taskweave.v1.DataService/Describe`
   */
  call(path: string, messages: readonly Buffer[], options: RawCallOptions): Promise<Ending>;
  close(): void;
}

export interface RawCallOptions {
  readonly deadlineMs: number;
  readonly mostAnswers: number;
}

const asIs = (bytes: Buffer): Buffer => bytes;

/** A gRPC client that knows no contract: it can send what no generated client would. */
export function rawClient(address: string): RawClient {
  const client = new (makeGenericClientConstructor({}, 'raw'))(address, credentials.createInsecure());
  return {
    close: () => client.close(),
    call: (path, messages, { deadlineMs, mostAnswers }) =>
      new Promise((resolve) => {
        const deadline = new Date(Date.now() + deadlineMs);
        // The wire does not tell kinds of methods apart: many messages each way can be any of them.
        const call = client.makeBidiStreamRequest(path, asIs, asIs, new Metadata(), { deadline });
        const answers: Buffer[] = [];
        call.on('data', (answer: Buffer) => {
          answers.push(answer);
          if (answers.length === mostAnswers) call.cancel();
        });
        // The status says it all; without a listener the error would end the process.
        call.on('error', () => undefined);
        call.on('status', ({ code, details }) =>
          resolve({ code: status[code] as keyof typeof status, details, answers }),
        );
        for (const message of messages) call.write(message);
        call.end();
      }),
  };
}
