import { Arena, type Chunk } from './arena.js';
import { planBuffers, type ModelGraph } from './buffer-plan.js';
import { scratchBytes } from './scratch-bytes.js';
import type { TensorSizes } from './tensor-shapes.js';

/**
 * Memory that onnxruntime's pool of a program takes and keeps: its tensors in between and its kernels' scratch memory,
 * each put where the pool would put it, with the gaps that this leaves.
 */
export function poolBytes(model: ModelGraph, sizes: TensorSizes): number {
  const arena = new Arena();
  const chunks = new Map<string, Chunk>();
  planBuffers(model, sizes).forEach(({ allocated, released }, index) => {
    for (const buffer of allocated) chunks.set(buffer, arena.allocate(sizes.bytes(buffer)));
    const scratch = scratchBytes(model.nodes[index]!, sizes).map((bytes) => arena.allocate(bytes));
    for (const chunk of scratch) arena.release(chunk);
    for (const buffer of released) arena.release(chunks.get(buffer)!);
  });
  return arena.touchedBytes;
}
