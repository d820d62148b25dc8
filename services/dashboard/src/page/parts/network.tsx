import { BOX, CHIP_HEIGHT, FUSION_RADIUS, MARGIN, layOut, routeWires } from '@taskweave/diagram';
import type { ApiEdge, ApiNetwork } from '../../api/types.js';
import { formatNumber } from '../data/format.js';
import type { DirectionGroup } from './direction-groups.js';

export interface NetworkProps {
  readonly networks: readonly ApiNetwork[];
  readonly edges: readonly ApiEdge[];
  readonly groups: readonly DirectionGroup[];
  /** Of every edge, 0..1. */
  readonly probabilities: readonly number[];
  /** Index of the edge that is looked at. */
  readonly chosen: number | undefined;
  readonly onChoose: (edge: number | undefined) => void;
}

/** The networks side by side, edges as wide and opaque as they are likely. */
export function Network({ networks, edges, groups, probabilities, chosen, onChoose }: NetworkProps) {
  const drawn = edges.map((edge, i) => ({
    ...edge,
    probability: probabilities[i] ?? 0,
    kept: (probabilities[i] ?? 0) > 0.5,
  }));
  const layout = layOut({ title: '', networks, edges: drawn }, MARGIN);
  const colorOf = edges.map((_, i) => groups.find((group) => group.edges.includes(i))?.color ?? '--ink');
  const height = layout.bottom + MARGIN;
  return (
    <svg
      class="network"
      viewBox={`0 0 ${layout.width} ${height}`}
      role="group"
      aria-label={`Networks side by side: ${networks.map(({ task }) => task).join(', ')}`}
      onPointerLeave={() => onChoose(undefined)}
    >
      {layout.bands.map(({ block, top, height: high }) => (
        <g key={block}>
          <rect class="band" x={MARGIN} y={top} width={layout.width - 2 * MARGIN} height={high} rx="10" />
          <text class="band-name" x={MARGIN + 14} y={top + high / 2 - 3}>
            Block {block + 1}
          </text>
          <text class="band-size" x={MARGIN + 14} y={top + high / 2 + 13}>
            {sizeOf(networks, block)}
          </text>
        </g>
      ))}
      {layout.columns.map((x, n) => (
        <path key={n} class="spine" d={`M${x} ${layout.headerTop + CHIP_HEIGHT}V${layout.headTop}`} />
      ))}
      {routeWires(drawn, layout).map(({ edge, path, tip, heading }, i) => (
        <Wire
          key={edge.id}
          label={`${edge.id}, probability ${formatNumber(edge.probability)}`}
          path={path}
          arrow={`M${tip.x} ${tip.y}l${-7 * heading} -3.5v7z`}
          color={colorOf[i]!}
          probability={edge.probability}
          chosen={chosen === i}
          dimmed={chosen !== undefined && chosen !== i}
          onChoose={() => onChoose(i)}
          onLeave={() => onChoose(undefined)}
        />
      ))}
      {networks.flatMap(({ task, stages }, n) => {
        const x = layout.columns[n]!;
        return [
          <Chip key={`${task} head`} x={x} y={layout.headerTop} text={task} />,
          ...stages.map(({ name, channels, height: h, width: w }, s) => {
            const { boxTop, fusionY } = layout.rows[layout.rowOf[n]![s]!]!;
            return (
              <g key={`${task} ${name}`}>
                <rect
                  class="stage"
                  x={x - BOX.width / 2}
                  y={boxTop}
                  width={BOX.width}
                  height={BOX.height}
                  rx="8"
                />
                <text class="stage-name" x={x} y={boxTop + 18}>
                  {name}
                </text>
                <text class="stage-size" x={x} y={boxTop + 33}>
                  {channels} × {h} × {w}
                </text>
                <circle class="fusion" cx={x} cy={fusionY} r={FUSION_RADIUS} />
              </g>
            );
          }),
          <Chip key={`${task} tail`} x={x} y={layout.headTop} text={`${task} head`} />,
        ];
      })}
    </svg>
  );
}

function Wire(props: {
  label: string;
  path: string;
  arrow: string;
  color: string;
  probability: number;
  chosen: boolean;
  dimmed: boolean;
  onChoose: () => void;
  onLeave: () => void;
}) {
  const { label, path, arrow, color, probability, chosen, dimmed, onChoose, onLeave } = props;
  const opacity = chosen ? 1 : (dimmed ? 0.35 : 1) * (0.1 + 0.9 * probability ** 1.5);
  return (
    <g
      class={probability > 0.5 ? 'wire kept' : 'wire'}
      style={{ color: `var(${color})`, opacity }}
      tabIndex={0}
      role="img"
      aria-label={label}
      onPointerEnter={onChoose}
      onFocus={onChoose}
      onBlur={onLeave}
    >
      <path class="wire-reach" d={path} />
      <path class="wire-line" d={path} stroke-width={chosen ? 4 : 0.8 + 2.4 * probability} />
      <path class="wire-tip" d={arrow} />
    </g>
  );
}

function Chip({ x, y, text }: { x: number; y: number; text: string }) {
  return (
    <g>
      <rect
        class="chip"
        x={x - BOX.width / 2}
        y={y}
        width={BOX.width}
        height={CHIP_HEIGHT}
        rx={CHIP_HEIGHT / 2}
      />
      <text class="chip-name" x={x} y={y + 20}>
        {text}
      </text>
    </g>
  );
}

function sizeOf(networks: readonly ApiNetwork[], block: number): string {
  const sizes = networks.flatMap(({ stages }) =>
    stages.filter((stage) => stage.block === block).map(({ height, width }) => `${height} × ${width}`),
  );
  return [...new Set(sizes)].join(', ');
}
