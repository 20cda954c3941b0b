import { Stack, Table, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { Schemas } from "../../api/client.ts";
import { formatNumber } from "../../format/numbers.ts";
import { Empty } from "../../parts/empty.tsx";
import { Card } from "../../parts/page.tsx";
import { Truncated } from "../../parts/truncated.tsx";
import { PageWait } from "../../shell/page-wait.tsx";

const TryIt = lazy(() => import("./try-it.tsx"));

/** The columns that the model reads, what training saw in them, and a row to try. */
export function InputsTab(props: { detail: Schemas["VersionDetail"] }) {
  const { detail } = props;
  if (detail.inputs.length === 0)
    return (
      <Card>
        <Empty title="No inputs recorded">The model's program is not among its artifact's files.</Empty>
      </Card>
    );
  return (
    <Stack gap="lg">
      {detail.modelFile && (
        <Suspense fallback={<PageWait />}>
          <TryIt detail={detail} />
        </Suspense>
      )}
      <Card title="Inputs" pad={false} aside={`${detail.inputs.length} columns`}>
        <div className="table-scroll">
          <Table aria-label="Inputs" style={{ minWidth: 560, tableLayout: "fixed" }}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w="30%">Column</Table.Th>
                <Table.Th w={110}>Type</Table.Th>
                <Table.Th w={110}>Missing</Table.Th>
                <Table.Th>What training saw</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {detail.inputs.map((input) => (
                <Table.Tr key={input.name}>
                  <Table.Td>
                    <Truncated text={input.name} />
                  </Table.Td>
                  <Table.Td>{input.type}</Table.Td>
                  <Table.Td>{input.missingAllowed ? "allowed" : "refused"}</Table.Td>
                  <Table.Td>
                    <Text size="sm" c="dimmed" component="div">
                      <Truncated text={seen(input)} />
                    </Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </Card>
    </Stack>
  );
}

function seen(input: Schemas["InputColumn"]): string {
  if (input.levels !== null) return `${input.levels.length} levels: ${input.levels.slice(0, 200).join(", ")}`;
  if (input.low === null && input.high === null) return input.pattern ?? "–";
  const show = (value: number | null) =>
    value === null
      ? "…"
      : input.type === "timestamp"
        ? new Date(value / 1000).toISOString().slice(0, 10)
        : formatNumber(value);
  return `${show(input.low)} to ${show(input.high)}`;
}
