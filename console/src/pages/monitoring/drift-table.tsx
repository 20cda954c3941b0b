import { Table } from "@mantine/core";
import { formatNumber } from "../../format/numbers.ts";
import { cellOf, type MonitoredWindow, windowName } from "./windows.ts";

/** The heat map's figures as a table. */
export function DriftTable(props: { windows: readonly MonitoredWindow[]; columns: readonly string[]; test: string }) {
  return (
    <details style={{ padding: "8px 16px 12px", borderTop: "1px solid var(--line)" }}>
      <summary style={{ cursor: "pointer", fontSize: "0.85rem" }}>The figures as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="table-scroll" style={{ marginTop: 8 }} tabIndex={0} aria-label="Drift figures">
        <Table aria-label="Drift by column and window">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Column</Table.Th>
              {props.windows.map((window) => (
                <Table.Th key={window.fromMs} ta="right">
                  {windowName(window)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {props.columns.map((column) => (
              <Table.Tr key={column}>
                <Table.Th scope="row">{column}</Table.Th>
                {props.windows.map((window) => {
                  const cell = cellOf(window, column, props.test);
                  return (
                    <Table.Td key={window.fromMs} data-number ta="right" fw={cell?.drifted ? 700 : 400}>
                      {formatNumber(cell?.value)}
                      {cell?.drifted ? " ●" : ""}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
    </details>
  );
}
