import type { Member } from '../../api/types.js';
import { Card, Nothing } from '../parts/card.js';

const WORDS: Readonly<Record<Member['health'], string>> = {
  SERVING: 'serving',
  NOT_SERVING: 'not serving',
  UNKNOWN: 'unknown',
  UNREACHABLE: 'does not answer',
};

/** Who works on a run, and how they are. */
export function Members({ members, alive }: { members: readonly Member[]; alive: boolean }) {
  return (
    <Card id="members" title="Services">
      {members.length === 0 ? (
        <Nothing>{alive ? 'Asking the services…' : 'No process is at work on this run.'}</Nothing>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Services">
          <table>
            <thead>
              <tr>
                <th scope="col">Service</th>
                <th scope="col">Health</th>
                <th scope="col">Address</th>
                <th scope="col">Process</th>
              </tr>
            </thead>
            <tbody>
              {members.map(({ name, health, address, pid }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>
                    <span class={`pill pill-${health}`}>
                      <span class="dot" aria-hidden="true" />
                      {WORDS[health]}
                    </span>
                  </td>
                  <td>
                    <code>{address}</code>
                  </td>
                  <td class="number">{pid}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
