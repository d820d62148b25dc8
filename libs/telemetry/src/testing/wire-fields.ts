/** One field of a protobuf message, for tests: written apart from the encoder that is tested. */
export interface WireField {
  readonly number: number;
  /** Bytes of a message, a text or bytes; the number of anything else. */
  readonly value: Uint8Array | bigint;
}

/** The fields of a protobuf message, in order. */
export function* wireFields(bytes: Uint8Array): Generator<WireField, void, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const [number, type] = [key >> 3, key & 7];
    if (type === 0) yield { number, value: varint() };
    else if (type === 1) yield { number, value: view.getBigUint64((at += 8) - 8, true) };
    else if (type === 5) yield { number, value: BigInt(view.getUint32((at += 4) - 4, true)) };
    else if (type === 2) {
      const length = Number(varint());
      yield { number, value: bytes.subarray(at, (at += length)) };
    } else throw new Error(`There is no wire type ${type}`);
  }
}

/** The messages, texts or bytes that a field holds. */
export function fieldsOf(bytes: Uint8Array, number: number): Uint8Array[] {
  return [...wireFields(bytes)].flatMap((field) =>
    field.number === number && field.value instanceof Uint8Array ? [field.value] : [],
  );
}

/** The text of a field; empty when there is none. */
export function textOf(bytes: Uint8Array, number: number): string {
  return Buffer.from(fieldsOf(bytes, number)[0] ?? []).toString('utf8');
}

/** The bytes of a field in hexadecimal; empty when there is none. */
export function hexOf(bytes: Uint8Array, number: number): string {
  return Buffer.from(fieldsOf(bytes, number)[0] ?? []).toString('hex');
}
