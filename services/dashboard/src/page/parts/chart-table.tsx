import { useState } from 'preact/hooks';
import { valueAt, type Line } from './chart-data.js';

/** Rows of the table: enough to follow a curve by ear. */
const ROWS = 12;

/** The same curves as a table, for who does not see them or wants numbers. Made when it is opened. */
export function ChartTable(props: {
  label: string;
  lines: readonly Line[];
  format: (value: number) => string;
}) {
  const { label, lines, format } = props;
  const [open, setOpen] = useState(false);
  return (
    <details class="as-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>As a table</summary>
      {open && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`Table of: ${label}`}>
          <table>
            <caption class="unseen">{label}</caption>
            <thead>
              <tr>
                <th scope="col">Step</th>
                {lines.map((line) => (
                  <th key={line.label} scope="col">
                    {line.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rowSteps(lines).map((step) => (
                <tr key={step}>
                  <th scope="row">{Math.round(step)}</th>
                  {lines.map((line) => {
                    const value = valueAt(line, step);
                    return <td key={line.label}>{value === undefined ? '–' : format(value)}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

/** Evenly spread steps, the first and the last among them. */
function rowSteps(lines: readonly Line[]): number[] {
  const steps = [...new Set(lines.flatMap(({ x }) => x))].sort((a, b) => a - b);
  if (steps.length <= ROWS) return steps;
  return Array.from({ length: ROWS }, (_, i) => steps[Math.round((i * (steps.length - 1)) / (ROWS - 1))]!);
}
