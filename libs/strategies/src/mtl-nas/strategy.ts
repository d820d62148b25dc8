import { randomStream, TaskweaveError } from '@taskweave/common';
import { directionsOf, type Edge } from '@taskweave/search-space';
import { adam } from '../optimizers/adam.js';
import type { ScalarOptimizer, Slots } from '../optimizers/optimizer.js';
import { sgd } from '../optimizers/sgd.js';
import { ramp } from '../ramp.js';
import type { Observation, SearchStrategy, StrategyContext, StrategyMetrics } from '../strategy.js';
import { gateVector, sigmoid, type Gate, type GateMode } from './gates.js';
import { regularization, termWeights } from './objective.js';
import { mtlNasOptions, type MtlNasOptions } from './options.js';
import { gateEntropy } from './regularizers.js';

/** Memory of the search between two steps. */
export type MtlNasState = {
  /** Number of steps made so far = index of the step that comes next. */
  step: number;
  /** Architecture weights (logits), one per edge in edge order; 0 before the first step. */
  alpha: number[];
  /** Memory of the architecture optimizer. */
  slots: Slots;
};

type Context = StrategyContext<MtlNasOptions>;

/** Exponent of the learning rate's decay under SGD. */
const SGD_POWER = 0.9;

function optimizerOf(options: MtlNasOptions): ScalarOptimizer {
  return options.architectureOptimizer === 'adam' ? adam(options) : sgd(options);
}

function learningRateAt({ options, steps }: Context, step: number): number {
  const { architectureOptimizer, learningRate } = options;
  if (architectureOptimizer === 'adam') return learningRate;
  return ramp({ start: learningRate, end: 0, period: [0, 1], power: SGD_POWER }, step, steps);
}

function temperatureAt({ options, steps }: Context, step: number): number {
  return ramp(options.temperature, step, steps);
}

/** Gates of one purpose at one step. Uniform number i of the stream belongs to edge i. */
function gatesFor(
  purpose: 'architecture' | 'weights' | 'evaluation',
  mode: GateMode,
  alpha: readonly number[],
  step: number,
  context: Context,
): Gate[] {
  const { uniform } = randomStream(context.seed, `gates/${purpose}`, step);
  const temperature = temperatureAt(context, step);
  return gateVector(context.options.supernet ? 'all' : mode, alpha, { temperature, uniform });
}

function valuesOf(gates: readonly Gate[]): Float64Array {
  return Float64Array.from(gates, ({ value }) => value);
}

function probabilitiesOf(alpha: readonly number[], { options }: Context): Float64Array {
  return Float64Array.from(alpha, (logit) => (options.supernet ? 1 : sigmoid(logit)));
}

function checkObservation(
  { gateGradients, losses }: Observation,
  step: number,
  edges: readonly Edge[],
): void {
  if (gateGradients.length !== edges.length) {
    throw new TaskweaveError({
      code: 'MESSAGE_INVALID',
      message: `step ${step} brought gradients for another number of edges`,
      found: `${gateGradients.length}`,
      expected: `${edges.length}`,
    });
  }
  const lost = Object.entries(losses).find(([, loss]) => !Number.isFinite(loss));
  if (lost !== undefined) refuseNumber(`the loss of task ${lost[0]}`, lost[1], step);
  const edge = gateGradients.findIndex((gradient) => !Number.isFinite(gradient));
  if (edge >= 0) refuseNumber(`the gradient of edge ${edges[edge]!.id}`, gateGradients[edge]!, step);
}

function refuseNumber(subject: string, found: number, step: number): never {
  throw new TaskweaveError({
    code: 'NOT_FINITE',
    message: `${subject} is not finite in the architecture pass of step ${step}`,
    subject,
    found: `${found}`,
    expected: 'a finite number',
    action: 'continue from the last checkpoint with smaller learning rates',
  });
}

function metricsOf(
  alpha: readonly number[],
  context: Context,
  fromStep: Pick<StrategyMetrics, 'temperature' | 'entropyWeight' | 'regularization'>,
): StrategyMetrics {
  const { supernet } = context.options;
  const total = supernet ? 0 : alpha.reduce((sum, logit) => sum + gateEntropy(logit), 0);
  const probabilities = probabilitiesOf(alpha, context);
  return {
    entropy: total / Math.max(1, alpha.length),
    edgesAbove: probabilities.filter((p) => p > 0.5).length,
    probabilities: [...probabilities],
    ...fromStep,
  };
}

/** One update of the architecture weights from d(task losses)/d(gate), and the value of the regularisers. */
function updateArchitecture(state: MtlNasState, { gateGradients }: Observation, context: Context) {
  const { options, space, steps } = context;
  const { step, alpha, slots } = state;
  const weights = termWeights(options, step, steps);
  const term = regularization(alpha, space.edges, directionsOf(space.edges), weights, options.l1.weighted);
  const gates = gatesFor('architecture', options.architectureGates, alpha, step, context);
  const gradient = gates.map(
    ({ derivative }, edge) => gateGradients[edge]! * derivative + term.gradient[edge]!,
  );
  const update = optimizerOf(options).update(alpha, gradient, slots, step, learningRateAt(context, step));
  return { alpha: update.parameters, slots: update.slots, regularization: term.value };
}

/**
 * MTL-NAS (CVPR 2020): one architecture weight per candidate edge, moved by gradient on the architecture half of
 * the data while the network weights learn on the other half with sampled gates. The entropy term makes the gates
 * decide, so that the result is read off (edge kept iff alpha > 0) without retraining.
 *
 * The weight pass of step t uses alpha after the update of step t and the temperature T(t).
 */
export const mtlNas: SearchStrategy<MtlNasState, MtlNasOptions> = {
  id: 'mtl-nas',
  options: mtlNasOptions,

  init({ options, space }) {
    const decided = space.genes.find(({ allowed }) => allowed.length < 2);
    if (decided !== undefined) {
      throw new TaskweaveError({
        code: 'CONFIG_INVALID',
        message: 'mtl-nas searches unrestricted spaces only',
        subject: decided.id,
        found: 'an edge that is decided beforehand',
        expected: 'every edge free to be kept or dropped',
      });
    }
    const size = space.edges.length;
    return { step: 0, alpha: Array<number>(size).fill(0), slots: optimizerOf(options).init(size) };
  },

  propose({ alpha, step }, context) {
    const { options } = context;
    const gates = valuesOf(gatesFor('architecture', options.architectureGates, alpha, step, context));
    return { gates, needs: options.supernet ? 'nothing' : 'gradients' };
  },

  step(state, observation, context) {
    const { options, space, steps } = context;
    const { step } = state;
    let { alpha, slots, regularization } = { ...state, regularization: 0 };
    if (!options.supernet) {
      checkObservation(observation, step, space.edges);
      ({ alpha, slots, regularization } = updateArchitecture(state, observation, context));
    }
    return {
      state: { step: step + 1, alpha, slots },
      weightGates: valuesOf(gatesFor('weights', options.weightGates, alpha, step, context)),
      metrics: metricsOf(alpha, context, {
        temperature: temperatureAt(context, step),
        entropyWeight: options.supernet ? 0 : termWeights(options, step, steps).entropy,
        regularization,
      }),
      done: step + 1 >= steps,
    };
  },

  evaluationGates({ alpha, step }, context) {
    return {
      soft: probabilitiesOf(alpha, context),
      discrete: valuesOf(gatesFor('evaluation', context.options.evaluationGates, alpha, step, context)),
    };
  },

  result({ alpha }, context) {
    const { options, space } = context;
    const logits = options.supernet ? alpha.map(() => 1) : alpha;
    return {
      best: [space.discretise({ space: space.id, logits })],
      probabilities: probabilitiesOf(alpha, context),
    };
  },
};
