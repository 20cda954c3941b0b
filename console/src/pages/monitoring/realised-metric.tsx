import { useMemo } from "react";
import { axisStyle, type ChartColors, tooltipStyle } from "../../charts/colors.ts";
import { errorBars } from "../../charts/error-bars.ts";
import { LazyChart } from "../../charts/lazy-chart.tsx";
import { label } from "../../format/names.ts";
import { formatMetric } from "../../format/numbers.ts";
import { type MonitoredWindow, windowName } from "./windows.ts";

/** A metric as the outcomes showed it, window by window, beside the band that the evaluation promised. */
export function RealisedMetric(props: { windows: readonly MonitoredWindow[]; metric: string }) {
  const { windows, metric } = props;
  const rows = useMemo(
    () => windows.map((window) => window.labels.metrics.find((one) => one.name === metric) ?? null),
    [windows, metric],
  );
  const option = useMemo(
    () => (colors: ChartColors) => ({
      grid: { left: 8, right: 18, top: 38, bottom: 8, containLabel: true },
      legend: {
        top: 0,
        left: 0,
        textStyle: { color: colors.ink, fontSize: 12 },
        data: ["promised", "realised"],
        itemWidth: 16,
      },
      tooltip: {
        ...tooltipStyle(colors),
        trigger: "axis",
        formatter: (points: readonly { dataIndex: number; axisValueLabel?: string }[]) => {
          const index = points[0]?.dataIndex ?? 0;
          const row = rows[index];
          const show = (part: { value: number | null; low: number | null; high: number | null } | null | undefined) =>
            part?.value === null || part === null || part === undefined
              ? "not known"
              : `${formatMetric(part.value)}${part.low === null ? "" : ` (${formatMetric(part.low)} to ${formatMetric(part.high)})`}`;
          return `<b>${points[0]?.axisValueLabel ?? ""}</b><br>realised ${show(row)}<br>promised ${show(row?.reference)}`;
        },
      },
      xAxis: { type: "category", data: windows.map(windowName), ...axisStyle(colors) },
      yAxis: { type: "value", scale: true, ...axisStyle(colors) },
      series: [
        band(
          rows.map((row) => row?.reference?.low ?? null),
          "lower edge",
          "transparent",
        ),
        band(
          rows.map((row) =>
            row?.reference?.low === null ||
            row?.reference?.high === null ||
            row?.reference === undefined ||
            row.reference === null
              ? null
              : row.reference.high - row.reference.low,
          ),
          "promised interval",
          colors.info,
        ),
        {
          type: "line",
          name: "promised",
          data: rows.map((row) => row?.reference?.value ?? null),
          symbol: "none",
          color: colors.info,
          lineStyle: { type: "dashed", width: 1.6 },
        },
        {
          type: "custom",
          name: "interval",
          silent: true,
          encode: { x: 0, y: [1, 2] },
          data: rows.flatMap((row, index) =>
            row === null || row.low === null || row.high === null ? [] : [[index, row.low, row.high]],
          ),
          renderItem: errorBars((index) => (rows[index]?.verdict === "worse" ? colors.bad : colors.accent), true),
          z: 4,
        },
        {
          type: "line",
          name: "realised",
          data: rows.map((row) => ({
            value: row?.value ?? null,
            itemStyle: { color: row?.verdict === "worse" ? colors.bad : colors.accent },
          })),
          color: colors.accent,
          symbol: "circle",
          symbolSize: 9,
          lineStyle: { width: 1.4 },
          z: 5,
        },
      ],
    }),
    [windows, rows],
  );
  return (
    <LazyChart
      label={`${label(metric)} realised over ${windows.length} windows beside what the evaluation promised`}
      height={280}
      option={option}
    />
  );
}

function band(data: readonly (number | null)[], name: string, color: string) {
  return {
    type: "line",
    name,
    stack: "band",
    data,
    symbol: "none",
    silent: true,
    tooltip: { show: false },
    lineStyle: { opacity: 0 },
    areaStyle: { color, opacity: color === "transparent" ? 0 : 0.14 },
  };
}
