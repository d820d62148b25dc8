import type { GatesLine } from '@taskweave/runs';

/** What one is, in the 16 bits a probability is sent in. */
export const GATE_ONE = 65_535;

/** The probabilities of all edges over time. */
export class GatesTable {
  readonly #steps: number[] = [];
  readonly #lines: Uint16Array[] = [];

  get lines(): number {
    return this.#lines.length;
  }

  /** Edges of the first line; lines of another length, which no run writes, are left out. */
  get edges(): number {
    return this.#lines[0]?.length ?? 0;
  }

  add({ step, probabilities }: GatesLine): void {
    if (this.#lines.length > 0 && probabilities.length !== this.edges) return;
    this.#steps.push(step);
    this.#lines.push(
      Uint16Array.from(probabilities, (p) => Math.round(Math.min(1, Math.max(0, p)) * GATE_ONE)),
    );
  }

  clear(): void {
    this.#steps.length = 0;
    this.#lines.length = 0;
  }

  /** The lines from one on: their steps, and their probabilities in base64. */
  since(first: number): { steps: number[]; data: string } {
    const lines = this.#lines.slice(first);
    let bytes = '';
    for (const line of lines) for (const value of line) bytes += String.fromCharCode(value & 255, value >> 8);
    return { steps: this.#steps.slice(first), data: btoa(bytes) };
  }
}
