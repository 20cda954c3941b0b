import { useComputedColorScheme } from "@mantine/core";
import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { type ChartColors, chartColors } from "./colors.ts";

use([
  BarChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  SVGRenderer,
]);

export interface ChartProps {
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  readonly height: number;
  /** The chart for these colors; made anew when the color scheme changes. */
  readonly option: (colors: ChartColors) => EChartsCoreOption;
  readonly onClick?: (event: { readonly seriesName?: string; readonly data?: unknown; readonly name?: string }) => void;
}

/** An ECharts chart that fills its width and follows the color scheme. */
export default function Chart(props: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof init>>(null);
  const click = useRef(props.onClick);
  click.current = props.onClick;
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });

  useEffect(() => {
    const made = init(element.current!, null, { renderer: "svg" });
    chart.current = made;
    made.on("click", (event) => click.current?.(event as never));
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(element.current!);
    return () => {
      watcher.disconnect();
      made.dispose();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: colors are read from the page, which the scheme changes
  useEffect(() => {
    const colors = chartColors();
    chart.current?.setOption(
      {
        animationDuration: 250,
        textStyle: { fontFamily: colors.font, color: colors.inkSoft },
        ...props.option(colors),
      },
      { notMerge: true },
    );
  }, [props.option, scheme]);

  return <div ref={element} role="img" aria-label={props.label} style={{ width: "100%", height: props.height }} />;
}
