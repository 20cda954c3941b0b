import { Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../api/client.ts";
import { label } from "../../format/names.ts";
import { formatMetric } from "../../format/numbers.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { Card } from "../../parts/page.tsx";

type Progress = NonNullable<Schemas["ModelProgress"]["progress"]>;

/** The best value over the versions, and where it would go if versions went on as they did. */
export function ProgressCard(props: { name: string }) {
  const query = useQuery({
    queryKey: ["model", props.name, "progress"],
    queryFn: (context) => api.modelProgress(props.name, context),
  });
  return (
    <Card title="Progress">
      <Loaded query={query}>
        {({ progress }) =>
          progress === null ? (
            <Text size="sm" c="dimmed">
              No version was judged by true values in a run here.
            </Text>
          ) : (
            <ProgressTable progress={progress} />
          )
        }
      </Loaded>
    </Card>
  );
}

function ProgressTable(props: { progress: Progress }) {
  const { metric, points, projected, said } = props.progress;
  const rows = [
    ...points.map((point) => ({ ...point, isProjected: false })),
    ...projected.map((point) => ({ ...point, best: point.value, isProjected: true })),
  ];
  return (
    <>
      <Text size="sm" mb="sm">
        {said}
      </Text>
      <div className="table-scroll">
        <Table aria-label="Progress" style={{ minWidth: 420 }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Version</Table.Th>
              <Table.Th>{label(metric)}</Table.Th>
              <Table.Th>95 % interval</Table.Th>
              <Table.Th>Best so far</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ version, value, low, high, best, isProjected }) => (
              <Table.Tr key={version}>
                <Table.Td>{isProjected ? `${version} (projected)` : version}</Table.Td>
                <Table.Td>{isProjected ? "–" : formatMetric(value)}</Table.Td>
                <Table.Td>
                  {low === null || high === null ? "–" : `${formatMetric(low)} to ${formatMetric(high)}`}
                </Table.Td>
                <Table.Td>{isProjected ? `≈ ${formatMetric(best)}` : formatMetric(best)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}
