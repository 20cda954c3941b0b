import { Group } from "@mantine/core";

/** Aliases as people write them: `@champion`; with the version that each names. */
export function AliasBadges(props: {
  aliases: Readonly<Record<string, number>> | readonly string[];
  withVersion?: boolean;
}) {
  const entries: readonly (readonly [string, number | null])[] = Array.isArray(props.aliases)
    ? props.aliases.map((alias: string) => [alias, null] as const)
    : Object.entries(props.aliases);
  if (entries.length === 0) return null;
  return (
    <Group gap={6} component="span" style={{ display: "inline-flex" }}>
      {entries.map(([alias, version]) => (
        <span
          key={alias}
          className="state"
          data-tone={alias === "champion" ? "good" : "info"}
          style={{ paddingLeft: 9 }}
        >
          @{alias}
          {props.withVersion && version !== null ? ` = ${version}` : ""}
        </span>
      ))}
    </Group>
  );
}
