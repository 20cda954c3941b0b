import { Anchor, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { api, type Schemas } from "../api/client.ts";
import { label } from "../format/names.ts";
import { count, formatPercent } from "../format/numbers.ts";
import { AlertList } from "../parts/alert-list.tsx";
import { Empty } from "../parts/empty.tsx";
import { AlertIcon, EndpointIcon, ModelsIcon, MonitoringIcon, RunsIcon } from "../parts/icons.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { MetricText } from "../parts/metric-text.tsx";
import { Card, Page } from "../parts/page.tsx";
import { RunTable } from "../parts/run-table.tsx";
import { StateBadge, type Tone } from "../parts/state-badge.tsx";
import { TimeText } from "../parts/time-text.tsx";
import { Truncated } from "../parts/truncated.tsx";

type Overview = Schemas["Overview"];

/** What stands where, at a glance. */
export function HomePage() {
  const overview = useQuery({ queryKey: ["overview"], queryFn: api.overview, refetchInterval: 5000 });
  return (
    <Page title="Home" heading="The factory at a glance">
      <Loaded query={overview}>
        {(data) => (
          <Stack gap="lg">
            <HealthStrip data={data} />
            <Card
              title="Last runs"
              pad={false}
              aside={
                <Anchor component={Link} to="/runs" size="sm">
                  All runs
                </Anchor>
              }
            >
              {data.lastRuns.length === 0 ? (
                <Empty
                  title="Nothing has run yet"
                  commands={["npx millrace demo", "npx millrace init data.csv --target y"]}
                >
                  See the whole loop on real data, or start with your own: the first makes a throw-away folder, the
                  second proposes a configuration that <code>millrace run</code> turns.
                </Empty>
              ) : (
                <RunTable runs={data.lastRuns} label="Last runs" />
              )}
            </Card>
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              <ModelsCard models={data.models} />
              <EndpointsCard endpoints={data.endpoints} />
            </SimpleGrid>
            <Card
              title="Open alerts"
              pad={false}
              aside={data.alerts.length === 0 ? "none" : count(data.alerts.length, "alert")}
            >
              {data.alerts.length === 0 ? (
                <Text size="sm" c="dimmed" px="md" py="sm">
                  {data.factories.length === 0
                    ? "Nothing is watched yet. An endpoint that serves a model is watched window by window."
                    : "All that is watched is within its limits."}
                </Text>
              ) : (
                <AlertList alerts={data.alerts.slice(0, 8)} withFactory />
              )}
            </Card>
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function HealthStrip(props: { data: Overview }) {
  const { runs, models, endpoints, factories, alerts } = props.data;
  const champions = models.filter((model) => model.aliases.champion !== undefined).length;
  const serving = endpoints.filter((endpoint) => endpoint.routes.length > 0).length;
  const drifting = factories.filter((factory) => (factory.drifted ?? 0) > 0);
  const critical = alerts.filter((alert) => alert.severity === "alert").length;
  const last = drifting[0] ?? factories[0];
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="sm">
      <Stat
        to="/runs"
        icon={<RunsIcon />}
        name="Runs"
        value={runs.running > 0 ? `${runs.running} running` : `${runs.recent}${runs.more ? "+" : ""}`}
        tone={runs.failed > 0 ? "bad" : runs.running > 0 ? "busy" : "good"}
        note={
          runs.recent === 0
            ? "none yet"
            : [
                `${runs.failed} failed`,
                runs.waiting > 0 ? `${runs.waiting} waiting` : null,
                runs.stopped > 0 ? `${runs.stopped} stopped` : null,
                runs.more ? `of the last ${runs.recent}` : `${runs.complete} done`,
              ]
                .filter((part) => part !== null)
                .join(", ")
        }
      />
      <Stat
        to="/models"
        icon={<ModelsIcon />}
        name="Models"
        value={String(models.length)}
        tone={champions === models.length ? "good" : "warn"}
        note={models.length === 0 ? "none yet" : `${champions} with a champion`}
      />
      <Stat
        to="/#endpoints"
        icon={<EndpointIcon />}
        name="Endpoints"
        value={String(endpoints.length)}
        tone={serving === endpoints.length ? "good" : "warn"}
        note={
          endpoints.length === 0
            ? "none yet"
            : serving === endpoints.length
              ? "all have a route"
              : `${endpoints.length - serving} without a route`
        }
      />
      <Stat
        to="/monitoring"
        icon={<MonitoringIcon />}
        name="Drift"
        value={last === undefined ? "–" : `${last.drifted ?? 0} / ${last.columns ?? 0}`}
        tone={drifting.length > 0 ? "warn" : "good"}
        note={last === undefined ? "nothing watched yet" : "columns in the last window"}
      />
      <Stat
        to="/monitoring"
        icon={<AlertIcon />}
        name="Alerts"
        value={String(alerts.length)}
        tone={critical > 0 ? "bad" : alerts.length > 0 ? "warn" : "good"}
        note={alerts.length === 0 ? "none open" : critical > 0 ? `${critical} urgent` : "warnings only"}
      />
    </SimpleGrid>
  );
}

function Stat(props: { to: string; icon: ReactNode; name: string; value: string; note: string; tone: Tone }) {
  return (
    <Link to={props.to} className="card stat" data-tone={props.tone}>
      <span className="stat-name">
        {props.icon}
        {props.name}
      </span>
      <span className="stat-value numbers">{props.value}</span>
      <span className="stat-note">{props.note}</span>
    </Link>
  );
}

function ModelsCard(props: { models: Overview["models"] }) {
  return (
    <Card title="Models" pad={false}>
      {props.models.length === 0 ? (
        <Empty title="No model yet" commands={["npx millrace run"]}>
          A run registers a model when its gate passes.
        </Empty>
      ) : (
        <ul className="rows">
          {props.models.slice(0, 6).map((model) => (
            <li key={model.name}>
              <div style={{ minWidth: 0, flex: 1 }}>
                <Anchor component={Link} to={`/models/${encodeURIComponent(model.name)}`} fw={600} size="sm">
                  <Truncated text={model.name} />
                </Anchor>
                <Text size="xs" c="dimmed">
                  {Object.entries(model.aliases)
                    .map(([alias, version]) => `@${alias} = ${version}`)
                    .join(", ") || "no alias"}
                  {" · "}
                  {count(model.versions, "version")}
                </Text>
              </div>
              {model.metric !== null && (
                <div style={{ textAlign: "right" }}>
                  <MetricText metric={model.metric} />
                  <Text size="xs" c="dimmed">
                    {label(model.metric.name)}
                  </Text>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function EndpointsCard(props: { endpoints: Overview["endpoints"] }) {
  return (
    <Card title={<span id="endpoints">Endpoints</span>} pad={false}>
      {props.endpoints.length === 0 ? (
        <Empty title="Nothing is served yet" commands={["npx millrace serve"]}>
          An endpoint answers with the model that an alias names.
        </Empty>
      ) : (
        <ul className="rows">
          {props.endpoints.map((endpoint) => (
            <li key={endpoint.name}>
              <div style={{ minWidth: 0, flex: 1 }}>
                <Text fw={600} size="sm" component="div">
                  <Truncated text={endpoint.name} />
                </Text>
                <Text size="xs" c="dimmed">
                  {[
                    ...endpoint.routes.map(
                      (route) =>
                        `${endpoint.model}:${route.version}${route.share === 1 ? "" : ` ${formatPercent(route.share)}`}`,
                    ),
                    endpoint.shadow === null ? null : `shadow ${endpoint.model}:${endpoint.shadow}`,
                    endpoint.alias === null ? null : `follows @${endpoint.alias}`,
                  ]
                    .filter((part) => part !== null)
                    .join(" · ")}
                </Text>
              </div>
              <div style={{ textAlign: "right" }}>
                <StateBadge state={endpoint.routes.length > 0 ? "serving" : "unrouted"} />
                <Text size="xs" c="dimmed" component="div">
                  <TimeText ms={endpoint.updatedMs} />
                </Text>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
