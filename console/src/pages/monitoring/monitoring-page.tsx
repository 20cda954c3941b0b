import { Group, NativeSelect, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { api, type Schemas } from "../../api/client.ts";
import { label } from "../../format/names.ts";
import { count } from "../../format/numbers.ts";
import { AlertList } from "../../parts/alert-list.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Card, Page } from "../../parts/page.tsx";
import { DriftHeatMap } from "./drift-heat-map.tsx";
import { DriftLines } from "./drift-lines.tsx";
import { DriftTable } from "./drift-table.tsx";
import { PredictionLines } from "./prediction-lines.tsx";
import { RealisedMetric } from "./realised-metric.tsx";
import { WindowCard } from "./window-card.tsx";
import { columnsByDrift, testNames, windowName } from "./windows.ts";

/** More rows make a heat map that nobody reads; the rest is in the table. */
const mostRows = 24;

/** A factory's windows over time: data, predictions, outcomes, alerts. */
export default function MonitoringPage() {
  const { factory } = useParams();
  const navigate = useNavigate();
  const list = useQuery({ queryKey: ["monitoring"], queryFn: api.monitoring, refetchInterval: 10_000 });
  const shown = factory ?? list.data?.factories[0]?.factory;
  return (
    <Page
      title={factory === undefined ? "Monitoring" : `Monitoring ${factory}`}
      heading="Monitoring"
      about="What came in, what was predicted and what then happened, window by window."
      actions={
        (list.data?.factories.length ?? 0) > 1 && (
          <NativeSelect
            label="Factory"
            value={shown ?? ""}
            onChange={(event) => navigate(`/monitoring/${encodeURIComponent(event.currentTarget.value)}`)}
            data={list.data?.factories.map((one) => one.factory) ?? []}
          />
        )
      }
    >
      <Loaded query={list}>
        {() =>
          shown === undefined ? (
            <Card>
              <Empty title="Nothing is watched yet" commands={["npx millrace monitor run"]}>
                Once an endpoint has answered requests, each window of them is compared with the data that the model
                learned from.
              </Empty>
            </Card>
          ) : (
            <Factory factory={shown} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Factory(props: { factory: string }) {
  const monitoring = useQuery({
    queryKey: ["monitoring", props.factory],
    queryFn: (context) => api.factory(props.factory, context),
    refetchInterval: 10_000,
  });
  return <Loaded query={monitoring}>{(detail) => <FactoryBody detail={detail} />}</Loaded>;
}

function FactoryBody(props: { detail: Schemas["MonitoringDetail"] }) {
  const { windows, alerts, factory, endpoint } = props.detail;
  const [search, setSearch] = useSearchParams();
  const change = (changes: Record<string, string | null>) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === null) after.delete(name);
          else after.set(name, value);
        }
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  const tests = useMemo(() => testNames(windows), [windows]);
  const test = tests.find((name) => name === search.get("test")) ?? tests[0] ?? "psi";
  const columns = useMemo(() => columnsByDrift(windows, test), [windows, test]);
  const column = columns.find((name) => name === search.get("column")) ?? null;
  const window = windows.find((one) => String(one.fromMs) === search.get("window")) ?? windows.at(-1);
  const metrics = [...new Set(windows.flatMap((one) => one.labels.metrics.map((metric) => metric.name)))];
  const metric = metrics.find((name) => name === search.get("metric")) ?? metrics[0];
  const lines = useMemo(() => (column === null ? columns.slice(0, 5) : [column]), [columns, column]);
  const heated = useMemo(() => columns.slice(0, mostRows), [columns]);
  return (
    <Stack gap="lg">
      {window === undefined ? (
        <Card>
          <Empty title={`No window of ${factory} was judged yet`} commands={["npx millrace monitor run"]}>
            A window needs requests in the traffic log of its endpoint{endpoint === null ? "" : ` ${endpoint}`}.
          </Empty>
        </Card>
      ) : (
        <>
          <WindowCard
            window={window}
            choice={
              <NativeSelect
                size="xs"
                aria-label="Window"
                value={String(window.fromMs)}
                onChange={(event) => change({ window: event.currentTarget.value })}
                data={[...windows].reverse().map((one) => ({ value: String(one.fromMs), label: windowName(one) }))}
              />
            }
          />
          <Card
            title="Drift of the inputs"
            pad={false}
            aside={
              <NativeSelect
                size="xs"
                aria-label="Drift test"
                value={test}
                onChange={(event) => change({ test: event.currentTarget.value })}
                data={tests.map((name) => ({ value: name, label: label(name) }))}
              />
            }
          >
            <div className="pad">
              <DriftHeatMap
                windows={windows}
                columns={heated}
                test={test}
                selectedColumn={column}
                onSelect={(name, chosen) => change({ column: name, window: String(chosen.fromMs) })}
              />
            </div>
            <DriftTable windows={windows} columns={columns} test={test} />
          </Card>
          <Card
            title={`${label(test)} of ${column ?? "the most drifted columns"}`}
            aside={
              <NativeSelect
                size="xs"
                aria-label="Column"
                value={column ?? ""}
                onChange={(event) =>
                  change({ column: event.currentTarget.value === "" ? null : event.currentTarget.value })
                }
                data={[
                  { value: "", label: "The most drifted" },
                  ...columns.map((name) => ({ value: name, label: name })),
                ]}
              />
            }
          >
            <DriftLines windows={windows} columns={lines} test={test} />
          </Card>
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
            <Card
              title="Promised and realised"
              aside={
                metrics.length > 0 && (
                  <NativeSelect
                    size="xs"
                    aria-label="Metric"
                    value={metric ?? ""}
                    onChange={(event) => change({ metric: event.currentTarget.value })}
                    data={metrics.map((name) => ({ value: name, label: label(name) }))}
                  />
                )
              }
            >
              {metric === undefined ? (
                <Empty title="No outcomes yet">Outcomes may arrive late; the figures follow by themselves.</Empty>
              ) : (
                <RealisedMetric windows={windows} metric={metric} />
              )}
            </Card>
            <Card title="Predictions">
              {windows.some((one) => one.prediction.positiveRate !== null) ? (
                <PredictionLines windows={windows} />
              ) : (
                <Empty title="No rate to show">This task has no positive class.</Empty>
              )}
            </Card>
          </SimpleGrid>
        </>
      )}
      <Card title="Alerts" pad={false} aside={<Group gap="xs">{count(alerts.length, "alert")}</Group>}>
        {alerts.length === 0 ? (
          <Text size="sm" c="dimmed" px="md" py="sm">
            None was raised.
          </Text>
        ) : (
          <AlertList alerts={alerts} />
        )}
      </Card>
    </Stack>
  );
}
