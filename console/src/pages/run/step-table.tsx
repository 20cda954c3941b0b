import { Table, UnstyledButton } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { formatBytes, formatSeconds } from "../../format/numbers.ts";
import { StateBadge } from "../../parts/state-badge.tsx";
import { Truncated } from "../../parts/truncated.tsx";

/** The steps as a table, in the order of the plan. */
export function StepTable(props: {
  nodes: readonly Schemas["RunNode"][];
  selected: string | null;
  onSelect: (id: string) => void;
}) {
  return (
    <div className="table-scroll">
      <Table className="rows-link" aria-label="Steps" style={{ minWidth: 700, tableLayout: "fixed" }}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={112}>State</Table.Th>
            <Table.Th w="22%">Step</Table.Th>
            <Table.Th>Why</Table.Th>
            <Table.Th w={84} ta="right">
              Took
            </Table.Th>
            <Table.Th w={84} ta="right">
              Processor
            </Table.Th>
            <Table.Th w={96} ta="right">
              Memory
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {props.nodes.map((node) => (
            <Table.Tr key={node.id} {...(props.selected === node.id ? { bg: "var(--accent-soft)" } : {})}>
              <Table.Td>
                <StateBadge state={node.state} />
              </Table.Td>
              <Table.Td>
                <UnstyledButton
                  onClick={() => props.onSelect(node.id)}
                  style={{ color: "var(--mantine-color-anchor)", fontSize: "0.88rem", maxWidth: "100%" }}
                >
                  <Truncated text={node.id} />
                </UnstyledButton>
              </Table.Td>
              <Table.Td>
                <Truncated text={node.error?.message ?? node.reason ?? ""} />
              </Table.Td>
              <Table.Td data-number ta="right">
                {formatSeconds(node.seconds)}
              </Table.Td>
              <Table.Td data-number ta="right">
                {formatSeconds(node.cost?.cpuSeconds)}
              </Table.Td>
              <Table.Td data-number ta="right">
                {formatBytes(node.cost?.peakMemoryBytes)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
