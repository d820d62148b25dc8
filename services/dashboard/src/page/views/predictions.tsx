import { useEffect, useState } from 'preact/hooks';
import type { PictureTask, PicturesAnswer } from '../../api/types.js';
import { ask, urlOf } from '../data/client.js';
import { Card, Nothing } from '../parts/card.js';

/** What the network said of some validation images at a step, beside what is true. */
export function Predictions({ run, steps }: { run: string; steps: readonly number[] }) {
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const [answer, setAnswer] = useState<PicturesAnswer | undefined>(undefined);
  const step = chosen ?? steps.at(-1)!;
  useEffect(() => {
    void ask<PicturesAnswer>('pictures', { run, step }).then(setAnswer, () => setAnswer(undefined));
  }, [run, step]);
  const index = steps.indexOf(step);
  return (
    <Card
      id="predictions"
      title="Predictions"
      wide
      tools={
        <div class="scrub">
          <label for="pictures">After step</label>
          <input
            id="pictures"
            type="range"
            min={0}
            max={steps.length - 1}
            value={index}
            aria-valuetext={`step ${step}`}
            onInput={(event) => {
              const at = Number(event.currentTarget.value);
              setChosen(at === steps.length - 1 ? undefined : steps[at]);
            }}
          />
          <output for="pictures">{step}</output>
        </div>
      }
    >
      {answer === undefined && <Nothing>Reading the pictures…</Nothing>}
      <ul class="examples">
        {answer?.examples.map(({ image, tasks }, i) => (
          <li key={i} style={{ '--count': 1 + 2 * tasks.length }}>
            <Picture {...{ run, step: answer.step, file: image }} name={`Image ${i + 1}`} />
            {tasks.map((task) => (
              <Task key={task.task} {...{ run, step: answer.step, task }} />
            ))}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Task({ run, step, task }: { run: string; step: number; task: PictureTask }) {
  const side = (name: string, file: string | undefined, text: string | undefined) => {
    const caption = `${task.task}, ${name}${text === undefined ? '' : `: ${text}`}`;
    if (file !== undefined) return <Picture {...{ run, step, file, name: caption }} />;
    return (
      <figure>
        <div class="said">{text ?? '–'}</div>
        <figcaption>{caption}</figcaption>
      </figure>
    );
  };
  return (
    <>
      {side('truth', task.truth, task.truthText)}
      {side('prediction', task.prediction, task.predictionText)}
    </>
  );
}

function Picture({ run, step, file, name }: { run: string; step: number; file: string; name: string }) {
  return (
    <figure>
      <img src={urlOf('picture', { run, step, file })} alt={name} loading="lazy" />
      <figcaption>{name}</figcaption>
    </figure>
  );
}
