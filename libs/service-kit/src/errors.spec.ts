import { Metadata, status } from '@grpc/grpc-js';
import { TaskweaveError, type ErrorCode } from '@taskweave/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_METADATA_KEY, fromStatus, toStatus } from './errors.js';

const peer = { name: 'data-loader', address: '127.0.0.1:5000' };
const failure = (code: status, metadata = new Metadata()) =>
  Object.assign(new Error('failed'), { code, details: 'the details', metadata });

describe('toStatus', () => {
  it('keeps every field whose text is of ordinary length', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    const code = fc.constantFrom<ErrorCode>('CONFIG_INVALID', 'NOT_FINITE', 'SERVICE_UNAVAILABLE', 'STOPPED');
    fc.assert(
      fc.property(fc.record({ code, message: text, subject: text, found: text }), (details) => {
        const { code: grpcCode, details: message, metadata } = toStatus(new TaskweaveError(details));
        expect(metadata.get(ERROR_METADATA_KEY)[0]).toMatch(/^[\x20-\x7e]+$/);
        const error = fromStatus(Object.assign(new Error(message), { code: grpcCode, metadata }), peer);
        expect(error.toDetails()).toEqual(details);
      }),
    );
  });

  it('shortens what would not fit into headers', () => {
    const { metadata } = toStatus(new TaskweaveError({ code: 'INTERNAL', message: 'ü'.repeat(100_000) }));
    expect(String(metadata.get(ERROR_METADATA_KEY)[0]).length).toBeLessThan(8_000);
  });

  it('has a text that gRPC can encode, whatever the message', () => {
    const unit = fc.constantFrom('a', '\ud800', '\udc00', '😀', '\n', '\0');
    fc.assert(
      fc.property(fc.string({ unit, minLength: 990, maxLength: 1_010 }), (message) => {
        const { details } = toStatus(new TaskweaveError({ code: 'INTERNAL', message }));
        expect(() => encodeURI(details)).not.toThrow();
      }),
    );
  });

  it('calls what is no TaskweaveError INTERNAL', () => {
    expect(toStatus(new RangeError('oops'))).toMatchObject({ code: status.INTERNAL, details: 'oops' });
  });
});

describe('fromStatus', () => {
  it.each([
    [status.UNAVAILABLE, 'SERVICE_UNAVAILABLE', 'cannot be reached'],
    [status.DEADLINE_EXCEEDED, 'SERVICE_UNAVAILABLE', 'did not answer in time'],
    [status.CANCELLED, 'STOPPED', 'was cancelled'],
    [status.UNIMPLEMENTED, 'INTERNAL', 'UNIMPLEMENTED: the details'],
  ])('translates status %i of a foreign server', (code, expected, text) => {
    const error = fromStatus(failure(code), peer);
    expect(error.code).toBe(expected);
    expect(error.message).toContain(text);
    expect(error.message).toContain('data-loader');
  });

  it.each(['', '{', 'null', '[]', '{"code":"MADE_UP","message":"x"}', '{"code":"STOPPED"}'])(
    'does not trust the metadata %j',
    (json) => {
      const metadata = new Metadata();
      metadata.set(ERROR_METADATA_KEY, json);
      expect(fromStatus(failure(status.ABORTED, metadata), peer).code).toBe('INTERNAL');
    },
  );

  it('leaves a TaskweaveError alone', () => {
    const error = new TaskweaveError({ code: 'STOPPED', message: 'Stopped.' });
    expect(fromStatus(error, peer)).toBe(error);
  });
});
