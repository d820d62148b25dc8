import type { ApiSystem } from '../../api/types.js';
import { formatCount, formatScore } from '../data/format.js';
import { Card } from '../parts/card.js';

/** Test scores and cost of the networks of a finished run. */
export function Systems({ systems }: { systems: readonly ApiSystem[] }) {
  const columns = systems[0]!.scores;
  return (
    <Card id="systems" title="On the test split" wide>
      <div class="scroll" tabIndex={0} role="region" aria-label="Test scores">
        <table>
          <thead>
            <tr>
              <th scope="col">Network</th>
              {columns.map(({ task, metric }) => (
                <th key={task} scope="col" class="number">
                  {task}, {metric}
                </th>
              ))}
              <th scope="col" class="number">
                Parameters
              </th>
              <th scope="col" class="number">
                Multiply-adds
              </th>
            </tr>
          </thead>
          <tbody>
            {systems.map(({ name, scores, params, macs }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {columns.map(({ task }) => {
                  const score = scores.find((one) => one.task === task);
                  return (
                    <td key={task} class="number">
                      {score === undefined ? '–' : formatScore(score)}
                    </td>
                  );
                })}
                <td class="number">{params === undefined ? '–' : formatCount(params)}</td>
                <td class="number">{macs === undefined ? '–' : formatCount(macs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
