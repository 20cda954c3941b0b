import { Group, NativeSelect, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import type { Schemas } from "../../api/client.ts";
import { axisStyle, type ChartColors, escapeHtml, tooltipStyle } from "../../charts/colors.ts";
import { errorBars } from "../../charts/error-bars.ts";
import { LazyChart } from "../../charts/lazy-chart.tsx";
import { label } from "../../format/names.ts";
import { formatMetric, formatNumber, formatPercent } from "../../format/numbers.ts";
import { Empty } from "../../parts/empty.tsx";
import { MetricText } from "../../parts/metric-text.tsx";
import { Card } from "../../parts/page.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { CurvesCard } from "./curves-card.tsx";
import { GateCard } from "./gate-card.tsx";

type Metric = Schemas["Metric"];

/** How good the version is: figures with intervals beside baseline, champion and other versions, and the gate's verdict. */
export function QualityTab(props: { model: Schemas["ModelDetail"]; detail: Schemas["VersionDetail"] }) {
  const { model, detail } = props;
  const [search, setSearch] = useSearchParams();
  const main = detail.version.mainMetric;
  const metrics = [...(detail.evaluation?.metrics ?? detail.version.metrics)].sort(
    (a, b) => Number(b.name === main) - Number(a.name === main),
  );
  const names = metrics.filter((metric) => metric.value !== null).map((metric) => metric.name);
  const asked = search.get("metric");
  const metric = names.find((name) => name === asked) ?? detail.version.mainMetric ?? names[0];
  if (metrics.length === 0)
    return (
      <Card>
        <Empty title="No evaluation recorded">The run that made this version kept no evaluation.</Empty>
      </Card>
    );
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Card
          title="Compared"
          aside={
            <NativeSelect
              size="xs"
              aria-label="Metric"
              value={metric ?? ""}
              onChange={(event) =>
                setSearch({ metric: event.currentTarget.value }, { replace: true, preventScrollReset: true })
              }
              data={names.map((name) => ({ value: name, label: label(name) }))}
            />
          }
        >
          {metric !== undefined && <ComparisonChart metric={metric} bars={barsOf(metric, model, detail)} />}
          {model.versions.length > 1 && (
            <Text size="xs" c="dimmed" mb={6}>
              Baseline, champion and this version were measured on the same rows; other versions on test rows of their
              own.
            </Text>
          )}
          {detail.against.map((one) => (
            <Text key={one.other} size="sm" mt={4}>
              Against {one.other}: {label(one.metric)} {signed(one.difference)}
              {one.low !== null && one.high !== null && ` (${signed(one.low)} to ${signed(one.high)})`}
              {one.pBetter !== null && `, better with a probability of ${formatPercent(one.pBetter)}`}
            </Text>
          ))}
          {detail.alarms.map((alarm) => (
            <Group key={alarm} gap="xs" mt={6} wrap="nowrap">
              <StateBadge state="warn" />
              <Text size="sm">{alarm}</Text>
            </Group>
          ))}
        </Card>
        <GateCard gate={detail.gate} />
      </SimpleGrid>
      <Card
        title="Metrics"
        pad={false}
        aside={
          detail.evaluation?.rows === null || detail.evaluation === null
            ? "95 % intervals"
            : `on ${formatNumber(detail.evaluation.rows)} rows that training never saw, 95 % intervals`
        }
      >
        <MetricsTable metrics={metrics} comparisons={detail.comparisons} />
      </Card>
      {detail.slices.length > 0 && <SlicesCard slices={detail.slices} />}
      <CurvesCard evaluation={detail.evaluation} classes={detail.classes} />
    </Stack>
  );
}

function signed(value: number | null): string {
  return value === null ? "not known" : `${value > 0 ? "+" : ""}${formatMetric(value)}`;
}

function SlicesCard(props: { slices: Schemas["VersionDetail"]["slices"] }) {
  const name = props.slices.find((slice) => slice.metric !== null)?.metric?.name;
  return (
    <Card title="Slices" pad={false} aside="worst first">
      <div className="table-scroll">
        <Table aria-label="Slices" style={{ minWidth: 520 }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Rows where</Table.Th>
              <Table.Th ta="right">Rows</Table.Th>
              <Table.Th>{name === undefined ? "Metric" : label(name)}</Table.Th>
              <Table.Th ta="right">Worse by</Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {props.slices.slice(0, 20).map((slice) => (
              <Table.Tr key={slice.name}>
                <Table.Td>{slice.name}</Table.Td>
                <Table.Td data-number ta="right">
                  {formatNumber(slice.rows)}
                </Table.Td>
                <Table.Td>{slice.metric === null ? "–" : <MetricText metric={slice.metric} />}</Table.Td>
                <Table.Td data-number ta="right">
                  {slice.gap === null ? "–" : formatMetric(slice.gap)}
                </Table.Td>
                <Table.Td>{slice.clearlyWorse && <StateBadge state="warn" label="Clearly worse" />}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Card>
  );
}

interface Bar {
  readonly name: string;
  readonly metric: Metric;
  readonly tone: "accent" | "idle" | "info";
}

/** This version, what it was compared with, and the other versions as they were registered. */
function barsOf(name: string, model: Schemas["ModelDetail"], detail: Schemas["VersionDetail"]): Bar[] {
  const find = (metrics: readonly Metric[]) => metrics.find((metric) => metric.name === name && metric.value !== null);
  const bars: Bar[] = [];
  for (const other of detail.comparisons) {
    const metric = find(other.metrics);
    if (metric !== undefined) bars.push({ name: other.title, metric, tone: "idle" });
  }
  for (const version of [...model.versions].reverse().slice(-8)) {
    const own = version.version === detail.version.version;
    const metric =
      (own && detail.evaluation !== null ? find(detail.evaluation.metrics) : undefined) ?? find(version.metrics);
    if (metric !== undefined) bars.push({ name: `Version ${version.version}`, metric, tone: own ? "accent" : "info" });
  }
  return bars;
}

function ComparisonChart(props: { metric: string; bars: readonly Bar[] }) {
  const { bars, metric } = props;
  const option = useMemo(
    () => (colors: ChartColors) => ({
      grid: { left: 8, right: 24, top: 8, bottom: 24, containLabel: true },
      tooltip: {
        ...tooltipStyle(colors),
        trigger: "item",
        formatter: (point: { dataIndex: number }) => {
          const bar = bars[point.dataIndex];
          return bar === undefined ? "" : `<b>${escapeHtml(bar.name)}</b><br>${escapeHtml(said(bar.metric))}`;
        },
      },
      xAxis: { type: "value", scale: true, ...axisStyle(colors), splitNumber: 4 },
      yAxis: {
        type: "category",
        data: bars.map((bar) => bar.name),
        inverse: true,
        ...axisStyle(colors),
        splitLine: { show: false },
        axisLabel: { color: colors.ink, fontSize: 12.5, width: 172, overflow: "truncate" },
      },
      series: [
        {
          type: "custom",
          silent: true,
          encode: { x: [1, 2], y: 0 },
          data: bars.flatMap((bar, index) =>
            bar.metric.low === null || bar.metric.high === null ? [] : [[index, bar.metric.low, bar.metric.high]],
          ),
          renderItem: errorBars((index) => colors[bars[index]?.tone ?? "idle"], false),
        },
        {
          type: "scatter",
          symbolSize: 11,
          data: bars.map((bar, index) => ({
            value: [bar.metric.value, index],
            itemStyle: { color: colors[bar.tone] },
          })),
        },
      ],
    }),
    [bars],
  );
  const spoken = bars.map((bar) => `${bar.name}: ${said(bar.metric)}`).join("; ");
  return (
    <LazyChart
      label={`${label(metric)} with intervals. ${spoken}`}
      height={Math.max(150, 40 + bars.length * 34)}
      option={option}
    />
  );
}

function said(metric: Metric): string {
  const interval =
    metric.low === null || metric.high === null ? "" : ` (${formatMetric(metric.low)} to ${formatMetric(metric.high)})`;
  return `${formatMetric(metric.value)}${interval}`;
}

function MetricsTable(props: { metrics: readonly Metric[]; comparisons: readonly Schemas["Evaluation"][] }) {
  const others = props.comparisons;
  return (
    <div className="table-scroll">
      <Table aria-label="Metrics" style={{ minWidth: 460 }}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Metric</Table.Th>
            <Table.Th>This version</Table.Th>
            {others.map((other) => (
              <Table.Th key={other.title}>{other.title}</Table.Th>
            ))}
            <Table.Th>Better is</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {props.metrics.map((metric) => (
            <Table.Tr key={metric.name}>
              <Table.Td>
                {label(metric.name)}{" "}
                <Text component="span" size="xs" c="dimmed" ff="monospace">
                  {metric.name}
                </Text>
              </Table.Td>
              <Table.Td>
                <MetricText metric={metric} />
              </Table.Td>
              {others.map((other) => {
                const same = other.metrics.find((one) => one.name === metric.name);
                return <Table.Td key={other.title}>{same === undefined ? "–" : <MetricText metric={same} />}</Table.Td>;
              })}
              <Table.Td c="dimmed">{{ up: "more", down: "less", none: "–" }[metric.direction]}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
