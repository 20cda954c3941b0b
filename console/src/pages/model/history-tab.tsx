import { Anchor, Stack, Table, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Schemas } from "../../api/client.ts";
import { label, shortId } from "../../format/names.ts";
import { AliasBadges } from "../../parts/alias-badges.tsx";
import { MetricText } from "../../parts/metric-text.tsx";
import { Card } from "../../parts/page.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { ProgressCard } from "./progress-card.tsx";

/** All versions, and everything that happened to the model: who, when and why. */
export function HistoryTab(props: { model: Schemas["ModelDetail"] }) {
  const { model, versions, history } = props.model;
  return (
    <Stack gap="lg">
      <Card title="Versions" pad={false}>
        <div className="table-scroll">
          <Table className="rows-link" aria-label="Versions" style={{ minWidth: 640 }}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Version</Table.Th>
                <Table.Th>Aliases</Table.Th>
                <Table.Th>{versions[0]?.mainMetric ? label(versions[0].mainMetric) : "Metric"}</Table.Th>
                <Table.Th>Approval</Table.Th>
                <Table.Th>Stage</Table.Th>
                <Table.Th>Run</Table.Th>
                <Table.Th>Registered</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {versions.map((version) => {
                const metric = version.metrics.find((one) => one.name === version.mainMetric);
                return (
                  <Table.Tr key={version.version}>
                    <Table.Td>
                      <Anchor
                        component={Link}
                        to={`/models/${encodeURIComponent(model.name)}/${version.version}`}
                        fz="inherit"
                      >
                        {model.name}:{version.version}
                      </Anchor>
                    </Table.Td>
                    <Table.Td>
                      <AliasBadges aliases={version.aliases} />
                    </Table.Td>
                    <Table.Td>{metric === undefined ? "–" : <MetricText metric={metric} />}</Table.Td>
                    <Table.Td>
                      <StateBadge state={version.approval === "pending" ? "waiting" : version.approval} />
                    </Table.Td>
                    <Table.Td>{version.stage ?? "–"}</Table.Td>
                    <Table.Td>
                      {version.runId === null ? (
                        "–"
                      ) : (
                        <Anchor component={Link} to={`/runs/${version.runId}`} ff="monospace" fz="0.8rem">
                          {shortId(version.runId)}
                        </Anchor>
                      )}
                    </Table.Td>
                    <Table.Td>
                      <TimeText ms={version.createdMs} />
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </div>
      </Card>
      <ProgressCard name={model.name} />
      <Card title="What happened" pad={false}>
        <ul className="rows">
          {history.map((event) => (
            <li key={event.sequence} style={{ alignItems: "baseline" }}>
              <Text size="xs" c="dimmed" w={110} style={{ flex: "none" }} component="span">
                <TimeText ms={event.atMs} />
              </Text>
              <Text size="sm" style={{ flex: 1, overflowWrap: "anywhere" }}>
                {sentence(event)}
                {typeof event.data.reason === "string" && event.data.reason !== "" && (
                  <Text component="span" size="sm" c="dimmed">
                    : {event.data.reason}
                  </Text>
                )}
              </Text>
              <Text size="xs" c="dimmed">
                {typeof event.data.by === "string" ? event.data.by : ""}
              </Text>
            </li>
          ))}
        </ul>
      </Card>
    </Stack>
  );
}

function sentence(event: Schemas["ModelEvent"]): string {
  const { type, data } = event;
  switch (type) {
    case "version-registered":
      return `Version ${data.version} was registered`;
    case "alias-set":
      return `@${data.alias} ${data.rollback === true ? "went back" : "was pointed"} to version ${data.version}${
        typeof data.previous === "number" ? ` (before: ${data.previous})` : ""
      }`;
    case "alias-removed":
      return `@${data.alias} was removed`;
    case "approved":
      return `Version ${data.version} was approved`;
    case "rejected":
      return `Version ${data.version} was rejected`;
    case "stage-set":
      return `Version ${data.version} moved to ${data.stage}`;
    default:
      return label(type);
  }
}
