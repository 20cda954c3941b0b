import { Anchor, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api } from "../api/client.ts";
import { label } from "../format/names.ts";
import { AliasBadges } from "../parts/alias-badges.tsx";
import { Empty } from "../parts/empty.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { MetricText } from "../parts/metric-text.tsx";
import { Card, Page } from "../parts/page.tsx";
import { TimeText } from "../parts/time-text.tsx";
import { Truncated } from "../parts/truncated.tsx";

/** Every registered model. */
export default function ModelsPage() {
  const models = useQuery({ queryKey: ["models"], queryFn: api.models, refetchInterval: 10_000 });
  return (
    <Page title="Models" about="What was registered, and which version each alias names.">
      <Loaded query={models}>
        {(data) => (
          <Card pad={false}>
            {data.models.length === 0 ? (
              <Empty title="No model yet" commands={["npx millrace run"]}>
                A run registers its model when the gate passes: when it beats the baseline, and the champion if there is
                one.
              </Empty>
            ) : (
              <div className="table-scroll">
                <Table className="rows-link" aria-label="Models" style={{ minWidth: 640 }}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Model</Table.Th>
                      <Table.Th>Aliases</Table.Th>
                      <Table.Th ta="right">Versions</Table.Th>
                      <Table.Th>Main metric</Table.Th>
                      <Table.Th>Endpoints</Table.Th>
                      <Table.Th>Changed</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {data.models.map((model) => (
                      <Table.Tr key={model.name}>
                        <Table.Td maw={280}>
                          <Anchor
                            component={Link}
                            to={`/models/${encodeURIComponent(model.name)}`}
                            fw={600}
                            fz="0.9rem"
                          >
                            <Truncated text={model.name} />
                          </Anchor>
                        </Table.Td>
                        <Table.Td>
                          <AliasBadges aliases={model.aliases} withVersion />
                        </Table.Td>
                        <Table.Td data-number ta="right">
                          {model.versions}
                        </Table.Td>
                        <Table.Td>
                          {model.metric === null ? (
                            "–"
                          ) : (
                            <>
                              <MetricText metric={model.metric} />
                              <Text size="xs" c="dimmed">
                                {label(model.metric.name)}
                              </Text>
                            </>
                          )}
                        </Table.Td>
                        <Table.Td>{model.endpoints.join(", ") || "–"}</Table.Td>
                        <Table.Td>
                          <TimeText ms={model.updatedMs} />
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
            )}
          </Card>
        )}
      </Loaded>
    </Page>
  );
}
