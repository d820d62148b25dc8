import type { InitialWeightsRecord } from '@taskweave/runs';
import { shownPath } from './format.js';

/** A line for every file that a run starts from, and one for what they say nothing of; nothing without files. */
export function describeInitialWeights(record: InitialWeightsRecord | undefined): string {
  if (record === undefined) return '';
  const lines = record.files.map(({ field, file, sha256, format, parameters, unused }) => {
    const left = unused === 0 ? '' : `, ${unused} of its tensors not used`;
    return `${field}: ${parameters} parameters from ${shownPath(file)} (${format}, SHA-256 ${sha256.slice(0, 12)})${left}`;
  });
  const { random } = record;
  if (random.length > 0) {
    // Layers of a head or of fusion nodes are not told one by one; result.json has all names.
    const parts = [...new Set(random.map((name) => name.split('/').slice(0, 2).join('/')))];
    lines.push(`${random.length} parameters start at random: ${parts.join(', ')}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}
