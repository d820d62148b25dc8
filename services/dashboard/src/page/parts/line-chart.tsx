import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { formatNumber } from '../data/format.js';
import { align, lastValue, valueAt, type Line } from './chart-data.js';
import { ChartTable } from './chart-table.js';
import { theme } from './colors.js';
import { plotData, plotOptions } from './plot-options.js';

export interface LineChartProps {
  /** What is drawn, for readers who do not see it. */
  readonly label: string;
  readonly lines: readonly Line[];
  readonly log?: boolean;
  /** In pixels. @default 230 */
  readonly height?: number;
  readonly format?: (value: number) => string;
  /** Lines that are not shown at first. */
  readonly hidden?: (label: string) => boolean;
  readonly onSelect?: ((from: number, to: number) => void) | undefined;
  /** The area below every line is filled. */
  readonly stacked?: boolean;
}

/** Curves over steps, with a legend that shows values under the pointer and switches curves on and off. */
export function LineChart(props: LineChartProps) {
  const {
    label,
    lines,
    log = false,
    height = 230,
    format = formatNumber,
    hidden,
    onSelect,
    stacked = false,
  } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const [switched, setSwitched] = useState<Readonly<Record<string, boolean>>>({});
  const [cursor, setCursor] = useState<number | undefined>(undefined);
  const isShown = (line: Line): boolean => switched[line.label] ?? !(hidden?.(line.label) ?? false);
  const shown = lines.filter(isShown);
  const aligned = useMemo(() => align(shown, log), [lines, log, switched]);
  const look = shown
    .map(
      (line, i) =>
        `${line.label}${line.color}${aligned.columns[i]!.low !== undefined}${line.raw !== undefined}`,
    )
    .join();

  useEffect(() => {
    const element = place.current!;
    const width = (): number => Math.max(120, element.clientWidth);
    const options = plotOptions(
      { lines: shown, log, stacked, height, format, onSelect, onCursor: setCursor },
      aligned,
      width(),
    );
    const made = new uPlot(options, plotData(aligned), element);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: width(), height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, [look, log, height, theme.value, onSelect === undefined]);
  useEffect(() => plot.current?.setData(plotData(aligned)), [aligned]);

  return (
    <figure class="chart">
      <div
        ref={place}
        role="img"
        aria-label={`${label}. ${describe(shown, format)}`}
        style={{ minHeight: `${height}px` }}
      />
      <div class="legend" role="group" aria-label={`Curves of: ${label}`}>
        {lines.map((line) => (
          <button
            key={line.label}
            type="button"
            class="key"
            aria-pressed={isShown(line)}
            onClick={() => setSwitched({ ...switched, [line.label]: !isShown(line) })}
          >
            <span
              class={line.dash === true ? 'swatch dashed' : 'swatch'}
              style={{ color: `var(${line.color})` }}
              aria-hidden="true"
            />
            {line.label}
            <span class="value">{shownValue(line, cursor, format)}</span>
          </button>
        ))}
      </div>
      <ChartTable label={label} lines={shown} format={format} />
    </figure>
  );
}

function shownValue(line: Line, cursor: number | undefined, format: (value: number) => string): string {
  const value = cursor === undefined ? lastValue(line) : valueAt(line, cursor);
  return value === undefined ? '–' : format(value);
}

function describe(lines: readonly Line[], format: (value: number) => string): string {
  return lines
    .map((line) => {
      const last = lastValue(line);
      const first = (line.own ?? line.mean).find((value) => value !== null);
      if (last === undefined || first === undefined || first === null) return `${line.label}: nothing yet.`;
      return `${line.label}: from ${format(first)} to ${format(last)} at step ${Math.round(line.x.at(-1)!)}.`;
    })
    .join(' ');
}
