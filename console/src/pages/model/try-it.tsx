import { Autocomplete, Button, Group, NumberInput, Progress, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { load, readModelFile, type Scorer } from "@millrace/program";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, type Schemas } from "../../api/client.ts";
import { formatMetric, formatPercent } from "../../format/numbers.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { Card } from "../../parts/page.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";

type Row = Record<string, string | number>;

/** A row scored in the browser by the model itself, with the checks that a server would make. */
export default function TryIt(props: { detail: Schemas["VersionDetail"] }) {
  const { model, version } = props.detail;
  const scorer = useQuery({
    queryKey: ["scorer", model, version.version],
    queryFn: async (context) => {
      const { program, tensors } = readModelFile(await api.modelFile(model, version.version, context));
      return load({ program, tensors });
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Card title="Try it" aside="scored here in the browser; nothing is sent">
      <Loaded query={scorer}>{(ready) => <TryForm inputs={props.detail.inputs} scorer={ready} />}</Loaded>
    </Card>
  );
}

function TryForm(props: { inputs: readonly Schemas["InputColumn"][]; scorer: Scorer }) {
  const { inputs, scorer } = props;
  const typical = useMemo(() => typicalRow(inputs), [inputs]);
  const [row, setRow] = useState<Row>(typical);
  const problems = useMemo(() => scorer.check(row), [scorer, row]);
  const wrong = problems.some((problem) => problem.severity === "error");
  const result = useMemo(() => (wrong ? null : scorer.score(row)), [scorer, row, wrong]);
  const set = (name: string, value: string | number) => setRow((before) => ({ ...before, [name]: value }));
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing="xs">
        {inputs.map((input) => {
          const problem = problems.find((one) => one.column === input.name);
          const common = {
            label: input.name,
            size: "xs" as const,
            ...(problem?.severity === "error" ? { error: problem.message } : {}),
            ...(problem?.severity === "warning" ? { description: problem.message } : {}),
          };
          if (input.type === "number" || input.type === "integer")
            return (
              <NumberInput
                key={input.name}
                {...common}
                value={row[input.name] ?? ""}
                onChange={(value) => set(input.name, value)}
              />
            );
          if (input.levels !== null || input.type === "bool")
            return (
              <Autocomplete
                key={input.name}
                {...common}
                limit={30}
                data={[...new Set(input.levels ?? ["true", "false"])]}
                value={String(row[input.name] ?? "")}
                onChange={(value) => set(input.name, value)}
              />
            );
          return (
            <TextInput
              key={input.name}
              {...common}
              placeholder={input.pattern ?? ""}
              value={String(row[input.name] ?? "")}
              onChange={(event) => set(input.name, event.currentTarget.value)}
            />
          );
        })}
      </SimpleGrid>
      <Stack gap="sm" aria-live="polite">
        {result === null ? (
          <Text size="sm">Correct the marked values to get a score.</Text>
        ) : (
          <>
            <Text size="sm" c="dimmed">
              Prediction
            </Text>
            <Text fz="1.7rem" fw={650} lh={1.1} className="numbers">
              {typeof result.prediction === "number"
                ? formatMetric(result.prediction)
                : (result.prediction ?? "missing")}
            </Text>
            {result.scores !== undefined &&
              Object.entries(result.scores).map(([name, score]) => (
                <div key={name}>
                  <Group justify="space-between" gap="xs">
                    <Text size="sm">{name}</Text>
                    <Text size="sm" className="numbers">
                      {formatPercent(score)}
                    </Text>
                  </Group>
                  <Progress value={100 * score} size="sm" color="var(--accent)" aria-label={`Score of ${name}`} />
                </div>
              ))}
          </>
        )}
        {problems
          .filter((problem) => problem.severity === "warning")
          .slice(0, 4)
          .map((problem) => (
            <Group key={problem.column} gap="xs" wrap="nowrap" align="flex-start">
              <StateBadge state="warn" iconOnly />
              <Text size="xs">{problem.message}</Text>
            </Group>
          ))}
        <div>
          <Button variant="default" size="xs" onClick={() => setRow(typical)}>
            Back to a typical row
          </Button>
        </div>
      </Stack>
    </SimpleGrid>
  );
}

/** The middle of each range that training saw, and the first of its levels. */
function typicalRow(inputs: readonly Schemas["InputColumn"][]): Row {
  return Object.fromEntries(
    inputs.flatMap((input): [string, string | number][] => {
      if (input.levels !== null && input.levels.length > 0) return [[input.name, input.levels[0]!]];
      if (input.low === null || input.high === null) return [];
      const middle = (input.low + input.high) / 2;
      if (input.type === "timestamp") return [[input.name, new Date(middle / 1000).toISOString().slice(0, 19)]];
      return [[input.name, input.type === "integer" ? Math.round(middle) : Number(middle.toPrecision(4))]];
    }),
  );
}
