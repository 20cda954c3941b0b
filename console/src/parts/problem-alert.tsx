import { Button, Group, Text } from "@mantine/core";
import { ApiProblem } from "../api/client.ts";
import { AlertIcon } from "./icons.tsx";
import { Prose } from "./prose.tsx";

interface Fallback {
  readonly code: string;
  readonly title: string;
  readonly next: string;
}

/** An error with its code, what happened and what to do. */
export function ProblemAlert(props: { error: unknown; fallback?: Fallback; retry?: () => void }) {
  const problem =
    props.error instanceof ApiProblem
      ? props.error.problem
      : {
          ...(props.fallback ?? {
            code: "CONSOLE_FAULT",
            title: "The console met a fault",
            next: "Load the page again.",
          }),
          detail: props.error instanceof Error ? props.error.message : String(props.error),
        };
  return (
    <section className="card" role="alert" data-tone="bad" style={{ borderColor: "var(--tone)" }}>
      <div className="pad">
        <Group align="flex-start" wrap="nowrap" gap="sm">
          <span style={{ color: "var(--tone)" }}>
            <AlertIcon size={22} />
          </span>
          <div style={{ minWidth: 0, flex: 1 }}>
            <Text fw={650}>{problem.title}</Text>
            <Text size="sm" mt={2} style={{ overflowWrap: "anywhere" }}>
              <Prose text={problem.detail} />
            </Text>
            <Text size="sm" mt={8}>
              <b>Next:</b> <Prose text={problem.next} />
            </Text>
            <Text size="xs" c="dimmed" mt={8} ff="monospace">
              {problem.code}
            </Text>
          </div>
          {props.retry !== undefined && (
            <Button size="xs" variant="default" onClick={props.retry}>
              Try again
            </Button>
          )}
        </Group>
      </div>
    </section>
  );
}
