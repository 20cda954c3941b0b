import { SimpleGrid, Table, Text } from "@mantine/core";
import { useMemo } from "react";
import type { Schemas } from "../../api/client.ts";
import { axisStyle, type ChartColors, tooltipStyle } from "../../charts/colors.ts";
import { LazyChart } from "../../charts/lazy-chart.tsx";
import { formatNumber } from "../../format/numbers.ts";
import { Card } from "../../parts/page.tsx";

type Point = readonly [x: number, y: number];

const shapes = [
  { key: "roc", title: "ROC", x: "false positive rate", y: "true positive rate", diagonal: true },
  { key: "precisionRecall", title: "Precision and recall", x: "recall", y: "precision", diagonal: false },
  { key: "calibration", title: "Calibration", x: "predicted", y: "observed", diagonal: true },
] as const;

/** The evaluation's curves, and its confusion matrix. */
export function CurvesCard(props: { evaluation: Schemas["Evaluation"] | null; classes: readonly string[] | null }) {
  const { evaluation } = props;
  if (evaluation === null) return null;
  const curves = shapes
    .map((shape) => ({ shape, points: pointsOf(evaluation.curves?.[shape.key]) }))
    .filter(({ points }) => points.length > 1);
  const matrix = matrixOf(evaluation.confusion);
  if (curves.length === 0 && matrix === null) return null;
  return (
    <Card title="Curves">
      <SimpleGrid cols={{ base: 1, sm: 2, xl: Math.min(4, curves.length + (matrix === null ? 0 : 1)) }} spacing="lg">
        {curves.map(({ shape, points }) => (
          <Curve key={shape.key} shape={shape} points={points} />
        ))}
        {matrix !== null && <Confusion matrix={matrix} classes={props.classes} />}
      </SimpleGrid>
    </Card>
  );
}

function Curve(props: { shape: (typeof shapes)[number]; points: readonly Point[] }) {
  const { points } = props;
  const { title, x, y, diagonal } = props.shape;
  const option = useMemo(
    () => (colors: ChartColors) => ({
      grid: { left: 8, right: 14, top: 12, bottom: 26, containLabel: true },
      tooltip: {
        ...tooltipStyle(colors),
        trigger: "axis",
        valueFormatter: (value: unknown) => formatNumber(Number(value)),
      },
      xAxis: {
        type: "value",
        min: 0,
        max: 1,
        name: x,
        nameLocation: "middle",
        nameGap: 22,
        ...axisStyle(colors),
        interval: 0.25,
      },
      yAxis: { type: "value", min: 0, max: 1, ...axisStyle(colors), interval: 0.25 },
      series: [
        ...(diagonal
          ? [
              {
                type: "line",
                silent: true,
                symbol: "none",
                tooltip: { show: false },
                data: [
                  [0, 0],
                  [1, 1],
                ],
                lineStyle: { color: colors.inkSoft, type: "dashed", width: 1 },
              },
            ]
          : []),
        {
          type: "line",
          name: y,
          data: points,
          showSymbol: points.length <= 25,
          symbolSize: 6,
          lineStyle: { color: colors.accent, width: 2 },
          itemStyle: { color: colors.accent },
        },
      ],
    }),
    [points, x, y, diagonal],
  );
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {title}
      </Text>
      <Text size="xs" c="dimmed">
        {y} over {x}
      </Text>
      <LazyChart label={`${title}: ${y} over ${x}`} height={230} option={option} />
    </div>
  );
}

function Confusion(props: { matrix: readonly (readonly number[])[]; classes: readonly string[] | null }) {
  const { matrix } = props;
  const names = matrix.map((_, index) => props.classes?.[index] ?? String(index));
  const largest = Math.max(1, ...matrix.flat());
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        Confusion
      </Text>
      <Text size="xs" c="dimmed" mb={8}>
        rows: what was, columns: what was predicted
      </Text>
      <Table aria-label="Confusion matrix" withTableBorder withColumnBorders>
        <Table.Thead>
          <Table.Tr>
            <Table.Th />
            {names.map((name) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {matrix.map((row, index) => (
            <Table.Tr key={names[index]}>
              <Table.Th scope="row">{names[index]}</Table.Th>
              {row.map((cell, column) => (
                <Table.Td
                  key={names[column]}
                  data-number
                  ta="right"
                  style={{
                    background: `color-mix(in srgb, var(--accent) ${Math.round((28 * cell) / largest)}%, transparent)`,
                  }}
                >
                  {formatNumber(cell)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** Points as evaluations hold them: a list of pairs, or of objects, or one list an axis. */
function pointsOf(curve: unknown): Point[] {
  const rows = Array.isArray(curve) ? curve : Array.isArray(field(curve, "points")) ? field(curve, "points") : null;
  if (Array.isArray(rows))
    return rows.flatMap((row): Point[] => {
      const pair = Array.isArray(row) ? row : xy(row);
      return typeof pair[0] === "number" && typeof pair[1] === "number" ? [[pair[0], pair[1]]] : [];
    });
  return [];
}

function xy(row: unknown): unknown[] {
  const names = [
    ["x", "y"],
    ["falsePositiveRate", "truePositiveRate"],
    ["fpr", "tpr"],
    ["recall", "precision"],
    ["meanScore", "positiveShare"],
    ["predicted", "observed"],
    ["score", "observed"],
  ] as const;
  const known = names.find(([x, y]) => field(row, x) !== undefined && field(row, y) !== undefined);
  return known === undefined ? [] : [field(row, known[0]), field(row, known[1])];
}

function matrixOf(confusion: unknown): number[][] | null {
  const rows = Array.isArray(confusion) ? confusion : (field(confusion, "counts") ?? field(confusion, "matrix"));
  if (Array.isArray(rows) && rows.every((row) => Array.isArray(row) && row.every((cell) => typeof cell === "number")))
    return rows as number[][];
  const [tn, fp, fn, tp] = ["trueNegative", "falsePositive", "falseNegative", "truePositive"].map((name) =>
    field(confusion, name),
  );
  if (typeof tn === "number" && typeof fp === "number" && typeof fn === "number" && typeof tp === "number")
    return [
      [tn, fp],
      [fn, tp],
    ];
  return null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
