import type { HostTensors } from '../host-tensor.js';

/** What runs an exported file, in a way of its own. */
export interface ExportedModel {
  /** Outputs by their names in the program. */
  run(inputs: HostTensors): Promise<HostTensors>;
  dispose(): Promise<void>;
}
