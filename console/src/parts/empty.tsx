import { ActionIcon, CopyButton, Stack, Text, Title, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { CheckIcon, CopyIcon } from "./icons.tsx";

/** Nothing here yet: what would be here, and the commands that make it. */
export function Empty(props: { title: string; children?: ReactNode; commands?: readonly string[] }) {
  return (
    <Stack align="center" gap="xs" py={36} px="md">
      <Title order={3}>{props.title}</Title>
      {props.children !== undefined && (
        <Text size="sm" c="dimmed" ta="center" maw={520}>
          {props.children}
        </Text>
      )}
      {props.commands?.map((command) => (
        <Command key={command} text={command} />
      ))}
    </Stack>
  );
}

/** A command line with a button that copies it. */
export function Command(props: { text: string }) {
  return (
    <div className="command" style={{ minWidth: "min(100%, 380px)" }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <code tabIndex={0}>{props.text}</code>
      <CopyButton value={props.text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? "Copied" : "Copy"}>
            <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={`Copy ${props.text}`}>
              {copied ? <CheckIcon /> : <CopyIcon />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
