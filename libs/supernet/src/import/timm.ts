import { TaskweaveError } from '@taskweave/common';
import type { Supernet } from '../supernet.js';
import { batchNormSources, isBatchCount } from './batch-norm-names.js';
import { resnet50 } from './timm-resnet50.js';
import { vgg16Bn } from './timm-vgg16-bn.js';
import type { ParameterSource, WeightFormat } from './weight-format.js';

/** A convolution of a trunk and its normalisation, by their names here and in timm. */
export interface TrunkLayer {
  /** Names below the task, e.g. `conv1_1` and `conv1_1/bn`. */
  readonly ours: { readonly convolution: string; readonly batchNorm: string };
  readonly convolution: string;
  readonly batchNorm: string;
  /** Whether timm's convolution has a bias. Default false. */
  readonly bias?: boolean;
}

/** Names of an ImageNet network of timm. */
export interface TimmNetwork {
  /** Its name in timm. */
  readonly id: string;
  readonly layers: readonly TrunkLayer[];
  /** Whether a tensor belongs to the part behind the trunk, which knows ImageNet's classes and is not used. */
  isClassifier(name: string): boolean;
}

function trunkSources({ layers }: TimmNetwork, task: string): ParameterSource[] {
  return layers.flatMap(({ ours, convolution, batchNorm, bias = false }) => [
    { parameter: `${task}/${ours.convolution}/weight`, from: `${convolution}.weight`, layout: 'oihw' },
    ...batchNormSources(`${task}/${ours.batchNorm}`, batchNorm, bias ? `${convolution}.bias` : undefined),
  ]);
}

/**
 * Trunks with weights of timm (https://github.com/huggingface/pytorch-image-models), trained on ImageNet: every
 * task whose backbone has this network's layers gets a copy. Heads and fusion nodes keep their initial values. Pixels
 * are not rescaled here, and timm's normalisation adds 1e-5 to variances where ours adds `fusion.epsilon`.
 */
function timmFormat(network: TimmNetwork): WeightFormat {
  return {
    id: `timm-${network.id}`,
    complete: false,
    recognises: (names) =>
      network.layers.slice(0, 2).every((layer) => names.has(`${layer.convolution}.weight`)),
    ignores: (name) => isBatchCount(name) || network.isClassifier(name),
    parameters(supernet) {
      const own = new Set(supernet.parameters.map(({ name }) => name));
      const sources = supernet.networks
        .map(({ task }) => trunkSources(network, task.id))
        .filter((trunk) => trunk.every(({ parameter }) => own.has(parameter)));
      if (sources.length === 0) throw noSuchTrunk(network, supernet);
      return sources.flat();
    },
  };
}

function noSuchTrunk({ id, layers }: TimmNetwork, { networks }: Supernet): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `The weights are those of timm's ${id}, and no task has a backbone with its layers.`,
    subject: 'tasks[].backbone.id',
    found: `stages ${networks[0]!.backbone.stages.map(({ name }) => name).join(', ')}`,
    expected: `layers ${layers.map(({ ours }) => ours.convolution).join(', ')}`,
  });
}

/** The networks of timm whose trunks can be imported. */
export const timmFormats: readonly WeightFormat[] = [vgg16Bn, resnet50].map(timmFormat);
