import { TaskweaveError } from '@taskweave/common';

/** How a tensor of a file of weights can be wrong. */
export type ProblemKind = 'missing' | 'extra' | 'of another shape' | 'of another type' | 'with bad values';

/** Gathers what is wrong with a file of weights, so that all of it is told at once. */
export class ImportProblems {
  readonly #found: { kind: ProblemKind; text: string }[] = [];

  /** @param details what was found and expected, if the kind does not say it */
  add(kind: ProblemKind, name: string, details?: string): void {
    this.#found.push({ kind, text: details === undefined ? name : `${name} ${details}` });
  }

  /**
   * @param source the file's name
   * @throws TaskweaveError CONFIG_INVALID listing every problem by the tensor's name, if there is any
   */
  throwIfAny(source: string, format: string): void {
    if (this.#found.length === 0) return;
    const kinds = [...new Set(this.#found.map(({ kind }) => kind))];
    const count = (kind: ProblemKind): number => this.#found.filter((one) => one.kind === kind).length;
    const summary = kinds.map((kind) => `${count(kind)} ${kind}`).join(', ');
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: [
        `The weights do not fit the networks: tensors ${summary}.`,
        ...this.#found.map(({ kind, text }) => `  ${kind}: ${text}`),
      ].join('\n'),
      subject: source,
      found: `names of the format ${format}`,
      action: 'Use a config with the networks that the weights were trained in.',
    });
  }
}
