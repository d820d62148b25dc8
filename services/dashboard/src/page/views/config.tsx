import { Card } from '../parts/card.js';

/** The resolved spec of a run, to start the same one again. */
export function Config({ text }: { text: string }) {
  const copy = (): void => void navigator.clipboard?.writeText(text);
  return (
    <Card
      id="config"
      title="Config"
      tools={
        <button type="button" onClick={copy}>
          Copy
        </button>
      }
    >
      <pre class="scroll" tabIndex={0} role="region" aria-label="Config as YAML">
        {text}
      </pre>
    </Card>
  );
}
