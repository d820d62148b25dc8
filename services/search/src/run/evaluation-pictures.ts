import { TaskweaveError } from '@taskweave/common';
import type { EvaluateResponse, ExamplePictures } from '@taskweave/contracts';
import { writePictures, type DrawnExample, type RunFolder, type TaskPicture } from '@taskweave/runs';
import type { RunPlan } from '@taskweave/spec';

/**
 * Keeps the examples that evaluators draw beside the run. They are nothing but an aid for people: what goes wrong with
 * them is told once, and holds up nothing.
 */
export class EvaluationPictures {
  readonly #folder: RunFolder;
  readonly #plan: RunPlan;
  readonly #warn: (message: string) => void;
  #warned = false;

  constructor(folder: RunFolder, plan: RunPlan, warn: (message: string) => void) {
    this.#folder = folder;
    this.#plan = plan;
    this.#warn = warn;
  }

  /** Examples to ask for at an evaluation. */
  get count(): number {
    return this.#plan.spec.evaluation.pictures;
  }

  /** Takes what an evaluator drew after so many steps. */
  async take(step: number, { pictures, picturesProblem }: EvaluateResponse): Promise<void> {
    if (picturesProblem !== '') this.#warnOnce(picturesProblem);
    if (pictures.length === 0) return;
    try {
      await writePictures(this.#folder.pictures, step, pictures.map(toExample), this.#plan.spec);
    } catch (thrown) {
      this.#warnOnce(TaskweaveError.from(thrown).message);
    }
  }

  #warnOnce(problem: string): void {
    if (!this.#warned) this.#warn(`Examples are not drawn at evaluations: ${problem}`);
    this.#warned = true;
  }
}

function toExample({ imagePng, tasks }: ExamplePictures): DrawnExample {
  return {
    image: imagePng,
    tasks: tasks.map(({ task, kind, truthPng, predictionPng, truthText, predictionText }) => ({
      task,
      kind: kind as TaskPicture['kind'],
      truth: truthPng,
      prediction: predictionPng,
      ...(truthText !== '' && { truthText }),
      ...(predictionText !== '' && { predictionText }),
    })),
  };
}
