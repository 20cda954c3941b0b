import type { CustomSeriesRenderItem } from "echarts/types/dist/echarts";

/**
 * Draws `[position, low, high, …]` as a bar with caps along the value axis. `upright`: the value axis is vertical.
 */
export function errorBars(color: string | ((index: number) => string), upright: boolean): CustomSeriesRenderItem {
  return (_params, api) => {
    const at = api.value(0);
    const low = upright ? api.coord([at, api.value(1)]) : api.coord([api.value(1), at]);
    const high = upright ? api.coord([at, api.value(2)]) : api.coord([api.value(2), at]);
    const cap = 5;
    const [dx, dy] = upright ? [cap, 0] : [0, cap];
    const stroke = typeof color === "string" ? color : color(Number(api.value(0)));
    const line = (from: readonly number[], to: readonly number[]) => ({
      type: "line" as const,
      shape: { x1: from[0]!, y1: from[1]!, x2: to[0]!, y2: to[1]! },
      style: { stroke, lineWidth: 1.6 },
    });
    return {
      type: "group",
      children: [
        line(low, high),
        line([low[0]! - dx, low[1]! - dy], [low[0]! + dx, low[1]! + dy]),
        line([high[0]! - dx, high[1]! - dy], [high[0]! + dx, high[1]! + dy]),
      ],
    };
  };
}
