/** What must be the same for two runs of one spec, however they were run. */
import { listCheckpoints, readCheckpoint, sha256 } from '@taskweave/checkpoints';
import { listPictures, picturesFolder, readGates, readHistory, readResult, RunFolder } from '@taskweave/runs';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { WEIGHTS_FILE } from '../run/model.js';

export async function factsOf(path: string) {
  const folder = new RunFolder(path);
  const [latest] = await listCheckpoints(folder.search.checkpoints);
  const { manifest } = await readCheckpoint(latest!);
  const { edges, test, meanGateEntropy, cost } = readResult(folder.result);
  return {
    step: manifest.step,
    // Weights, momentum, alpha and the architect's state.
    files: manifest.files.map(({ name, sha256 }) => `${name} ${sha256}`),
    model: sha256(readFileSync(join(folder.model, WEIGHTS_FILE))),
    history: readHistory(folder.search.history).map((line) => ({ ...line, seconds: 0, stepsPerSecond: 0 })),
    gates: readGates(folder.search.gates),
    pictures: listPictures(folder.pictures).map((step) => hashesOf(picturesFolder(folder.pictures, step))),
    edges,
    soft: test.soft,
    discrete: test.discrete,
    meanGateEntropy,
    cost,
  };
}

/** Hashes of the files of a folder, by name. */
function hashesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, sha256(readFileSync(join(folder, name)))]));
}
