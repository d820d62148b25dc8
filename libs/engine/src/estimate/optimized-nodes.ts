import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import * as ort from 'onnxruntime-node';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emit } from '../compiler/emit.js';
import { optimization } from '../engines/onnx-binding-session.js';
import type { OnnxModel, OnnxNode } from '../compiler/onnx-model.js';

/** A node without its attributes. */
export type NodeLinks = Omit<OnnxNode, 'attributes'>;

/** Field numbers of onnx.proto: ModelProto.graph, GraphProto.node, and those of NodeProto. */
const GRAPH = 7;
const NODE = 1;
const NODE_FIELDS = { input: 1, output: 2, name: 3, opType: 4 } as const;

/** The nodes that onnxruntime really executes, after its own fusions, in the order in which it executes them. */
export async function optimizedNodes(model: OnnxModel): Promise<NodeLinks[]> {
  const folder = await mkdtemp(join(tmpdir(), 'taskweave-model-'));
  try {
    const file = join(folder, 'model.onnx');
    const session = await ort.InferenceSession.create(emit(model), {
      ...optimization(model),
      optimizedModelFilePath: file,
      // It warns that the file is for this machine only.
      logSeverityLevel: 3,
    });
    await session.release();
    return readNodes(await readFile(file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The nodes in the bytes of an ONNX model. */
function readNodes(bytes: Uint8Array): NodeLinks[] {
  const nodes: NodeLinks[] = [];
  const reader = new BinaryReader(bytes);
  visitFields(reader, bytes.length, (field) => {
    if (field !== GRAPH) return false;
    visitFields(reader, reader.uint32() + reader.pos, (inner) => {
      if (inner !== NODE) return false;
      nodes.push(readNode(reader));
      return true;
    });
    return true;
  });
  return nodes;
}

function readNode(reader: BinaryReader): NodeLinks {
  const node = { name: '', opType: '', inputs: [] as string[], outputs: [] as string[] };
  visitFields(reader, reader.uint32() + reader.pos, (field) => {
    if (field === NODE_FIELDS.input) node.inputs.push(reader.string());
    else if (field === NODE_FIELDS.output) node.outputs.push(reader.string());
    else if (field === NODE_FIELDS.name) node.name = reader.string();
    else if (field === NODE_FIELDS.opType) node.opType = reader.string();
    else return false;
    return true;
  });
  return node;
}

/** Visits the fields up to a position. `visit` says whether it read a field's value; otherwise it is skipped. */
function visitFields(reader: BinaryReader, end: number, visit: (field: number) => boolean): void {
  while (reader.pos < end) {
    const [field, type] = reader.tag();
    const read = type === WireType.LengthDelimited && visit(field);
    if (!read) reader.skip(type, field);
  }
}
