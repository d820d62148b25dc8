/** Memory for tensors, used again when they are no longer needed: new memory costs as much as filling it. */
export class TensorMemory {
  /** By size in bytes. */
  readonly #free = new Map<number, ArrayBuffer[]>();

  /** @returns memory of that size, on a boundary of every type, with whatever was written to it before */
  take(bytes: number): ArrayBuffer {
    return this.#free.get(bytes)?.pop() ?? (Buffer.allocUnsafeSlow(bytes).buffer as ArrayBuffer);
  }

  /** Takes memory back: nobody may use it any more. */
  give(buffer: ArrayBuffer): void {
    const known = this.#free.get(buffer.byteLength);
    if (known === undefined) this.#free.set(buffer.byteLength, [buffer]);
    else known.push(buffer);
  }
}
