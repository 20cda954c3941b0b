import { useMemo } from "react";
import { axisStyle, type ChartColors, escapeHtml, tooltipStyle } from "../../charts/colors.ts";
import { LazyChart } from "../../charts/lazy-chart.tsx";
import { label } from "../../format/names.ts";
import { formatNumber } from "../../format/numbers.ts";
import { cellOf, type MonitoredWindow, windowName } from "./windows.ts";

/** Columns × windows: how far each value lies below or above the limit that chance rarely exceeds. */
export function DriftHeatMap(props: {
  windows: readonly MonitoredWindow[];
  columns: readonly string[];
  test: string;
  selectedColumn: string | null;
  onSelect: (column: string, window: MonitoredWindow) => void;
}) {
  const { windows, columns, test, selectedColumn, onSelect } = props;
  const option = useMemo(
    () => (colors: ChartColors) => {
      const names = windows.map(windowName);
      const cells = columns.flatMap((column, row) =>
        windows.flatMap((window, index) => {
          const cell = cellOf(window, column, test);
          if (cell?.value === null || cell === undefined) return [];
          // On the scale of the limit: 1 is as much as chance alone rarely exceeds; far above is all one.
          const ratio =
            cell.threshold === null || cell.threshold <= 0 ? (cell.drifted ? 2 : 0) : cell.value / cell.threshold;
          return [
            {
              value: [index, row, Math.max(0, Math.min(4, ratio)), cell.value, cell.threshold],
              itemStyle: { borderColor: colors.surface, borderWidth: 2, borderRadius: 3 },
              ...(cell.drifted ? { label: { show: windows.length <= 30, formatter: "●", fontSize: 8 } } : {}),
            },
          ];
        }),
      );
      return {
        grid: { left: 8, right: 16, top: 8, bottom: 58, containLabel: true },
        tooltip: {
          ...tooltipStyle(colors),
          formatter: ({ value }: { value: readonly number[] }) =>
            `<b>${escapeHtml(columns[value[1]!] ?? "")}</b>, ${escapeHtml(names[value[0]!] ?? "")}<br>${escapeHtml(label(test))} ${formatNumber(value[3])}${
              value[4] === null ? "" : `, limit ${formatNumber(value[4])}`
            }`,
        },
        xAxis: {
          type: "category",
          data: names,
          ...axisStyle(colors),
          splitLine: { show: false },
          axisTick: { show: false },
          axisLine: { show: false },
        },
        yAxis: {
          type: "category",
          data: columns,
          inverse: true,
          ...axisStyle(colors),
          splitLine: { show: false },
          axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: {
            color: colors.inkSoft,
            fontSize: 11.5,
            width: 170,
            overflow: "truncate",
            formatter: (name: string) => (name === selectedColumn ? `▸ ${name}` : name),
          },
        },
        visualMap: {
          min: 0,
          max: 4,
          dimension: 2,
          calculable: false,
          orient: "horizontal",
          left: "center",
          bottom: 0,
          itemWidth: 12,
          itemHeight: 150,
          text: ["4 × the limit", "none"],
          textStyle: { color: colors.inkSoft, fontSize: 11.5 },
          inRange: {
            color: [colors.page, mix(colors.accent, colors.page, 0.24), colors.accent, colors.warn, colors.bad],
          },
        },
        series: [
          {
            type: "heatmap",
            data: cells,
            label: { show: false, color: colors.surface },
            emphasis: { itemStyle: { borderColor: colors.ink } },
          },
        ],
      };
    },
    [windows, columns, test, selectedColumn],
  );
  const drifted = columns.filter((column) => windows.some((window) => cellOf(window, column, test)?.drifted)).length;
  return (
    <LazyChart
      label={`Heat map of ${label(test)}: ${columns.length} columns over ${windows.length} windows; ${drifted} columns drifted in some window. The table below holds the figures.`}
      height={Math.max(190, 96 + columns.length * 23)}
      option={option}
      onClick={(event) => {
        const value = (event.data as { value?: readonly number[] } | undefined)?.value;
        if (value === undefined) return;
        const column = columns[value[1]!];
        const window = windows[value[0]!];
        if (column !== undefined && window !== undefined) onSelect(column, window);
      }}
    />
  );
}

function mix(a: string, b: string, share: number): string {
  const [x, y] = [a, b].map((color) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))) as [
    number[],
    number[],
  ];
  const hex = x.map((value, index) =>
    Math.round(value * share + y[index]! * (1 - share))
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${hex.join("")}`;
}
