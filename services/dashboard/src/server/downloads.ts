/** Files of a run that can be downloaded, from its folder, and what they are. */
export const DOWNLOADS: Readonly<Record<string, string>> = {
  'model/weights.safetensors': 'application/octet-stream',
  'model/architecture.json': 'application/json',
  'architecture.svg': 'image/svg+xml',
  'result.json': 'application/json',
  'spec.yaml': 'application/yaml',
  'history.jsonl': 'application/x-ndjson',
};
