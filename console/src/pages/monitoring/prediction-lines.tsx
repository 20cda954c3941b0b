import { useMemo } from "react";
import { axisStyle, type ChartColors, tooltipStyle } from "../../charts/colors.ts";
import { LazyChart } from "../../charts/lazy-chart.tsx";
import { formatPercent } from "../../format/numbers.ts";
import { type MonitoredWindow, windowName } from "./windows.ts";

/** The share of rows predicted as positive, window by window, beside the reference's. */
export function PredictionLines(props: { windows: readonly MonitoredWindow[] }) {
  const { windows } = props;
  const option = useMemo(
    () => (colors: ChartColors) => ({
      grid: { left: 8, right: 18, top: 38, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, textStyle: { color: colors.ink, fontSize: 12 }, itemWidth: 16 },
      tooltip: {
        ...tooltipStyle(colors),
        trigger: "axis",
        valueFormatter: (value: unknown) => formatPercent(value as number | null),
      },
      xAxis: { type: "category", data: windows.map(windowName), ...axisStyle(colors) },
      yAxis: {
        type: "value",
        min: 0,
        ...axisStyle(colors),
        axisLabel: { color: colors.inkSoft, fontSize: 11.5, formatter: (value: number) => formatPercent(value) },
      },
      series: [
        {
          type: "line",
          name: "predicted positive",
          data: windows.map((window) => window.prediction.positiveRate?.current ?? null),
          color: colors.accent,
          symbolSize: 7,
          lineStyle: { width: 2 },
        },
        {
          type: "line",
          name: "reference",
          data: windows.map((window) => window.prediction.positiveRate?.reference ?? null),
          color: colors.inkSoft,
          symbol: "none",
          lineStyle: { type: "dashed", width: 1.5 },
        },
      ],
    }),
    [windows],
  );
  return <LazyChart label={`Share predicted positive over ${windows.length} windows`} height={280} option={option} />;
}
