import {
  graphModelFiles,
  hostTensors,
  namedTensors,
  onnxFile,
  openGraphModel,
  openOnnxFile,
} from '@taskweave/engine';
import { decodeSafetensors, encodeSafetensors } from '@taskweave/checkpoints';
import type { ExportedFiles, ExportFormat } from './export-format.js';

function onlyFile(files: ExportedFiles): Uint8Array {
  return [...files.values()][0]!;
}

/**
 * Kernels (HWIO) and biases by name; who reads it brings the network's structure along. To be checked, they are put into
 * an ONNX file.
 */
const safetensors: ExportFormat = {
  id: 'safetensors',
  suffix: '.safetensors',
  isFolder: false,
  hasBatch: false,
  write({ graph, metadata }) {
    const contents = { format: 'taskweave-folded', ...metadata };
    return new Map([['weights', encodeSafetensors(namedTensors(graph.parameters), contents)]]);
  },
  open(files, { graph, ...options }, threads) {
    const { tensors } = decodeSafetensors(onlyFile(files), 'the exported weights');
    return openOnnxFile(onnxFile({ ...graph, parameters: hostTensors(tensors) }, options), threads);
  },
};

const onnx: ExportFormat = {
  id: 'onnx',
  suffix: '.onnx',
  isFolder: false,
  hasBatch: true,
  write: ({ graph, ...options }) => new Map([['model', onnxFile(graph, options)]]),
  open: (files, _source, threads) => openOnnxFile(onlyFile(files), threads),
};

/** A folder with model.json, for `tf.loadGraphModel`. */
const tfjs: ExportFormat = {
  id: 'tfjs',
  suffix: '-tfjs',
  isFolder: true,
  hasBatch: true,
  write: ({ graph, ...options }) => graphModelFiles(graph, options),
  open: (files, _source, threads) => openGraphModel(files, threads),
};

/** Every format, by id. */
export const EXPORT_FORMATS: Readonly<Record<string, ExportFormat>> = { safetensors, onnx, tfjs };
