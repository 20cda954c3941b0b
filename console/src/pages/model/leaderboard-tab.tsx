import { Badge, Stack, Table, Text } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { label } from "../../format/names.ts";
import { formatBytes, formatMetric, formatNumber, formatSeconds } from "../../format/numbers.ts";
import { Empty } from "../../parts/empty.tsx";
import { Card } from "../../parts/page.tsx";
import { Truncated } from "../../parts/truncated.tsx";

/** Every candidate of the search, best first, with the interval of its score. */
export function LeaderboardTab(props: { detail: Schemas["VersionDetail"] }) {
  const { leaderboard, leaderboardMetric, reasons } = props.detail;
  if (leaderboard.length === 0)
    return (
      <Card>
        <Empty title="No search recorded">The run that made this version kept no leaderboard.</Empty>
      </Card>
    );
  const bounds = leaderboard.flatMap((row) =>
    row.low === null || row.high === null || row.low === row.high ? [] : [row.low, row.high],
  );
  // Records of before the choice was marked have the taken model first.
  const taken = leaderboard.find((row) => row.chosen)?.rank ?? 1;
  const timed = leaderboard.some((row) => row.trainSeconds !== null);
  const low = Math.min(...bounds);
  const high = Math.max(...bounds);
  return (
    <Stack gap="lg">
      {reasons.length > 0 && (
        <Card title="Why this model">
          {reasons.map((reason) => (
            <Text key={reason} size="sm">
              {reason}
            </Text>
          ))}
        </Card>
      )}
      <Card
        title="Leaderboard"
        pad={false}
        aside={
          leaderboardMetric === null ? "on the validation rows" : `${label(leaderboardMetric)} on the validation rows`
        }
      >
        <div className="table-scroll">
          <Table aria-label="Leaderboard" style={{ minWidth: 760, tableLayout: "fixed" }}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={54} ta="right">
                  Rank
                </Table.Th>
                <Table.Th w={150}>Learner</Table.Th>
                <Table.Th w={84} ta="right">
                  Score
                </Table.Th>
                <Table.Th w="26%">95 % interval</Table.Th>
                <Table.Th>Options</Table.Th>
                {timed && (
                  <Table.Th w={82} ta="right">
                    Training
                  </Table.Th>
                )}
                <Table.Th w={92} ta="right">
                  A row
                </Table.Th>
                <Table.Th w={82} ta="right">
                  Size
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {leaderboard.map((row) => (
                <Table.Tr key={row.rank}>
                  <Table.Td data-number ta="right">
                    {row.rank}
                  </Table.Td>
                  <Table.Td fw={row.rank === taken ? 650 : 400}>
                    {row.learner}
                    {row.rank === taken && <Mark text="taken" title="The model that was taken" />}
                    {row.front && row.rank !== taken && (
                      <Mark text="front" title="Nothing else is as good in quality, time a row and size at once" />
                    )}
                    {row.lost.length > 0 && (
                      <Text size="xs" c="dimmed" fw={400}>
                        not to be taken: {row.lost.join("; ")}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td data-number ta="right">
                    {formatMetric(row.score)}
                  </Table.Td>
                  <Table.Td>
                    <Interval row={row} low={low} high={high} taken={row.rank === taken} />
                  </Table.Td>
                  <Table.Td>
                    <Truncated text={optionsText(row.options)} mono />
                  </Table.Td>
                  {timed && (
                    <Table.Td data-number ta="right">
                      {formatSeconds(row.trainSeconds)}
                    </Table.Td>
                  )}
                  <Table.Td data-number ta="right">
                    {row.scoreMicros === null ? "–" : `${formatNumber(row.scoreMicros)} µs`}
                  </Table.Td>
                  <Table.Td data-number ta="right">
                    {formatBytes(row.sizeBytes)}
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

function Mark(props: { text: string; title: string }) {
  return (
    <Badge component="span" ml={6} size="xs" variant="light" title={props.title}>
      {props.text}
    </Badge>
  );
}

/** The interval on the axis that all rows share. */
function Interval(props: { row: Schemas["LeaderboardRow"]; low: number; high: number; taken: boolean }) {
  const { row } = props;
  if (row.low === null || row.high === null || row.score === null)
    return (
      <Text size="xs" c="dimmed">
        not recorded
      </Text>
    );
  const at = (value: number) =>
    props.high > props.low ? Math.max(0, Math.min(100, (100 * (value - props.low)) / (props.high - props.low))) : 50;
  return (
    <div
      role="img"
      aria-label={`${formatMetric(row.low)} to ${formatMetric(row.high)}`}
      title={`${formatMetric(row.low)} – ${formatMetric(row.high)}`}
      style={{ position: "relative", height: 14 }}
    >
      <span
        style={{
          position: "absolute",
          top: 6,
          height: 2,
          left: `${at(row.low)}%`,
          width: `${Math.max(0.5, at(row.high) - at(row.low))}%`,
          background: "var(--accent)",
        }}
      />
      <span
        style={{
          position: "absolute",
          top: 2,
          width: 10,
          height: 10,
          marginLeft: -5,
          left: `${at(row.score)}%`,
          borderRadius: "50%",
          background: props.taken ? "var(--accent)" : "var(--surface)",
          border: "2px solid var(--accent)",
        }}
      />
    </div>
  );
}

function optionsText(options: Readonly<Record<string, unknown>>): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(" ");
}
