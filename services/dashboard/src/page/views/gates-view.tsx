import type { Signal } from '@preact/signals';
import { useMemo, useState } from 'preact/hooks';
import type { RunDetails } from '../../api/types.js';
import { formatCount, formatNumber } from '../data/format.js';
import { probability } from '../data/gates.js';
import type { RunData } from '../data/run-data.js';
import { Card, Nothing } from '../parts/card.js';
import { seriesColor } from '../parts/colors.js';
import { directionGroups, edgeName } from '../parts/direction-groups.js';
import { HeatMap, chosenLine } from '../parts/heat-map.js';
import { Network } from '../parts/network.js';

/** The gates of a search over time, and the network they make at one step. */
export function GatesView(props: { data: RunData; details: RunDetails; step: Signal<number | undefined> }) {
  const { data, details, step } = props;
  const { networks, edges } = details;
  const gates = data.gates.value;
  const [edge, setEdge] = useState<number | undefined>(undefined);
  const groups = useMemo(() => directionGroups(edges, networks, seriesColor), [edges, networks]);
  const names = useMemo(() => edges.map((one) => edgeName(one, networks)), [edges, networks]);
  const searched = gates.steps.length > 0 && gates.edges === edges.length;
  const line = chosenLine(gates, step.value);
  const last = gates.steps.length - 1;
  const onLine = (chosen: number): void =>
    void (step.value = chosen >= last ? undefined : gates.steps[chosen]);
  const probabilities = edges.map((one, i) =>
    searched ? probability(gates, line, i) : one.kept === true ? 1 : 0,
  );
  const slider = searched && (
    <div class="scrub">
      <label for="scrub">Step</label>
      <input
        id="scrub"
        type="range"
        min={0}
        max={last}
        value={line}
        aria-valuetext={`step ${gates.steps[line]}`}
        onInput={(event) => onLine(Number(event.currentTarget.value))}
      />
      <output for="scrub">{gates.steps[line]}</output>
      <button type="button" aria-pressed={step.value === undefined} onClick={() => (step.value = undefined)}>
        Latest
      </button>
    </div>
  );
  return (
    <>
      {searched && (
        <Card id="gates" title="Gates over time" wide>
          <p class="sub">
            How likely each candidate edge is, from faint (0) to full colour (1). Click to look at a step.
          </p>
          <div class="heats">
            {groups.map((group) => (
              <HeatMap
                key={group.label}
                group={group}
                gates={gates}
                names={names}
                line={line}
                onLine={onLine}
              />
            ))}
          </div>
        </Card>
      )}
      <Card id="network" title="The network" wide>
        {slider}
        {!searched && details.method === 'search' && <Nothing>No gate is known yet.</Nothing>}
        <div class="drawing">
          <div class="scroll" tabIndex={0} role="region" aria-label="Drawing of the network">
            <Network {...{ networks, edges, groups, probabilities, chosen: edge, onChoose: setEdge }} />
          </div>
          <div class="edge-facts" aria-live="polite">
            {edge === undefined || edges[edge] === undefined ? (
              <Summary {...{ groups, probabilities }} />
            ) : (
              <EdgeFacts details={details} edge={edge} probability={probabilities[edge]!} />
            )}
          </div>
        </div>
        <EdgeTable {...{ groups, names, probabilities, details }} />
      </Card>
    </>
  );
}

type Groups = ReturnType<typeof directionGroups>;

function Summary({ groups, probabilities }: { groups: Groups; probabilities: readonly number[] }) {
  return (
    <>
      {groups.map(({ label, color, edges }) => (
        <p key={label}>
          <span class="swatch" style={{ color: `var(${color})` }} aria-hidden="true" /> {label}:{' '}
          <strong>{edges.filter((edge) => probabilities[edge]! > 0.5).length}</strong> of {edges.length} above
          0.5
        </p>
      ))}
      <p class="sub">Point at an edge, or move to it with the Tab key, for its probability and cost.</p>
    </>
  );
}

function EdgeFacts(props: { details: RunDetails; edge: number; probability: number }) {
  const { details, edge, probability: p } = props;
  const { id, macs, params, channels, sourceChannels } = details.edges[edge]!;
  return (
    <dl class="facts">
      <dt>Edge</dt>
      <dd>{id}</dd>
      <dt>Probability</dt>
      <dd>{formatNumber(p)}</dd>
      <dt>Discrete gate</dt>
      <dd>{p > 0.5 ? '1, kept' : '0, dropped'}</dd>
      <dt>Cost</dt>
      <dd>
        {formatCount(macs)} multiply-adds, {formatCount(params)} weights ({sourceChannels} → {channels}{' '}
        channels)
      </dd>
    </dl>
  );
}

function EdgeTable(props: {
  groups: Groups;
  names: readonly string[];
  probabilities: readonly number[];
  details: RunDetails;
}) {
  const { groups, names, probabilities, details } = props;
  const [open, setOpen] = useState(false);
  return (
    <details class="as-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>As a table</summary>
      {open && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Table of the edges">
          <table>
            <caption class="unseen">The candidate edges at this step</caption>
            <thead>
              <tr>
                <th scope="col">Direction</th>
                <th scope="col">Edge</th>
                <th scope="col">Probability</th>
                <th scope="col">Multiply-adds</th>
                <th scope="col">Weights</th>
              </tr>
            </thead>
            <tbody>
              {groups.flatMap(({ label, edges }) =>
                edges.map((edge) => (
                  <tr key={edge}>
                    <td>{label}</td>
                    <th scope="row">{names[edge]}</th>
                    <td class="number">{formatNumber(probabilities[edge])}</td>
                    <td class="number">{formatCount(details.edges[edge]!.macs)}</td>
                    <td class="number">{formatCount(details.edges[edge]!.params)}</td>
                  </tr>
                )),
              )}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
