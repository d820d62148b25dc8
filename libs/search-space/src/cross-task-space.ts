import { TaskweaveError, type RandomStream } from '@taskweave/common';
import type { NetworkDeclaration } from './declaration.js';
import { candidateEdges, type Edge } from './edge.js';
import type { EdgeRule } from './edge-rule.js';
import type { ArchCode, Gene, Relaxed, SearchSpace } from './space.js';

const DROP = 0;
const KEEP = 1;

/** Which candidate cross-task edges exist: one bit per edge, in edge order, grouped by direction (`left->right`). */
export class CrossTaskSpace implements SearchSpace {
  readonly id = 'cross-task';
  readonly edges: readonly Edge[];
  readonly genes: readonly Gene[];

  private constructor(edges: readonly Edge[], genes: readonly Gene[]) {
    this.edges = edges;
    this.genes = genes;
  }

  /**
   * The space of all candidate edges between networks.
   *
   * @throws TaskweaveError `CONFIG_INVALID`, see {@link candidateEdges}
   */
  static between(networks: readonly NetworkDeclaration[], rule: EdgeRule): CrossTaskSpace {
    const edges = candidateEdges(networks, rule);
    const genes = edges.map((edge): Gene => ({
      id: edge.id,
      kind: 'bit',
      choices: ['drop', 'keep'],
      allowed: [DROP, KEEP],
      group: `${networks[edge.sourceNetwork]!.task}->${networks[edge.targetNetwork]!.task}`,
      cost: [0, edge.macs],
    }));
    return new CrossTaskSpace(edges, genes);
  }

  sample(random: RandomStream): ArchCode {
    return this.#code(({ allowed }, i) => allowed[Math.floor(random.uniform(i) * allowed.length)]!);
  }

  mutate(code: ArchCode, random: RandomStream, probability: number): ArchCode {
    this.#check(code);
    return this.#code(({ allowed }, i) => {
      const flips = allowed.length > 1 && random.uniform(i) < probability;
      return flips ? KEEP - code.genes[i]! : code.genes[i]!;
    });
  }

  cross(first: ArchCode, second: ArchCode, random: RandomStream): ArchCode {
    this.#check(first);
    this.#check(second);
    return this.#code((_, i) => (random.uniform(i) < 0.5 ? first : second).genes[i]!);
  }

  valid(code: ArchCode): boolean {
    return (
      code.space === this.id &&
      code.genes.length === this.genes.length &&
      this.genes.every(({ allowed }, i) => allowed.includes(code.genes[i]!))
    );
  }

  encode(code: ArchCode): Float64Array {
    this.#check(code);
    return Float64Array.from(code.genes);
  }

  discretise({ space, logits }: Relaxed): ArchCode {
    if (space !== this.id || logits.length !== this.genes.length) {
      throw new TaskweaveError({
        code: 'INTERNAL',
        message: 'logits of another search space',
        found: `${logits.length} logits of ${space}`,
        expected: `${this.genes.length} logits of ${this.id}`,
      });
    }
    return this.#code(({ allowed }, i) => {
      const choice = logits[i]! > 0 ? KEEP : DROP;
      return allowed.includes(choice) ? choice : allowed[0]!;
    });
  }

  relax(code: ArchCode, strength: number): Relaxed {
    this.#check(code);
    return { space: this.id, logits: code.genes.map((choice) => (choice === KEEP ? strength : -strength)) };
  }

  restrict(keep: (gene: Gene, choice: string) => boolean): CrossTaskSpace {
    const genes = this.genes.map((gene): Gene => {
      const allowed = gene.allowed.filter((choice) => keep(gene, gene.choices[choice]!));
      if (allowed.length > 0) return { ...gene, allowed };
      throw new TaskweaveError({
        code: 'CONFIG_INVALID',
        message: 'the restriction leaves an edge neither kept nor dropped',
        subject: gene.id,
        expected: 'at least one of drop, keep',
      });
    });
    return new CrossTaskSpace(this.edges, genes);
  }

  #code(choose: (gene: Gene, index: number) => number): ArchCode {
    return { space: this.id, genes: this.genes.map(choose) };
  }

  #check(code: ArchCode): void {
    if (this.valid(code)) return;
    throw new TaskweaveError({
      code: 'INTERNAL',
      message: 'an architecture code that does not belong to the search space',
      found: `${code.genes.length} genes of ${code.space}`,
      expected: `${this.genes.length} genes of ${this.id}, each an allowed choice`,
    });
  }
}
