import { useMemo } from "react";
import { axisStyle, type ChartColors, tooltipStyle } from "../../charts/colors.ts";
import { LazyChart } from "../../charts/lazy-chart.tsx";
import { label } from "../../format/names.ts";
import { formatNumber } from "../../format/numbers.ts";
import { cellOf, type MonitoredWindow, windowName } from "./windows.ts";

/** One test of a few columns over the windows; of a single column with its limit. */
export function DriftLines(props: { windows: readonly MonitoredWindow[]; columns: readonly string[]; test: string }) {
  const { windows, columns, test } = props;
  const option = useMemo(
    () => (colors: ChartColors) => {
      const only = columns.length === 1 ? columns[0]! : null;
      const limits = only === null ? [] : windows.map((window) => cellOf(window, only, test)?.threshold ?? null);
      return {
        color: [...colors.series],
        grid: { left: 8, right: 18, top: 38, bottom: 8, containLabel: true },
        legend: { top: 0, left: 0, type: "scroll", textStyle: { color: colors.ink, fontSize: 12 }, itemWidth: 16 },
        tooltip: {
          ...tooltipStyle(colors),
          trigger: "axis",
          valueFormatter: (value: unknown) => formatNumber(value as number | null),
        },
        xAxis: { type: "category", data: windows.map(windowName), ...axisStyle(colors), boundaryGap: false },
        yAxis: { type: "value", min: 0, ...axisStyle(colors) },
        series: [
          ...columns.map((column) => ({
            type: "line",
            name: column,
            data: windows.map((window) => cellOf(window, column, test)?.value ?? null),
            symbolSize: 6,
            lineStyle: { width: 2 },
          })),
          ...(only === null
            ? []
            : [
                {
                  type: "line",
                  name: "limit at these sample sizes",
                  data: limits,
                  symbol: "none",
                  color: colors.inkSoft,
                  lineStyle: { width: 1.5, type: "dashed" },
                },
              ]),
        ],
      };
    },
    [windows, columns, test],
  );
  return (
    <LazyChart
      label={`${label(test)} of ${columns.join(", ")} over ${windows.length} windows`}
      height={270}
      option={option}
    />
  );
}
