import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { api } from "../api/client.ts";
import { Empty } from "../parts/empty.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Card, Page } from "../parts/page.tsx";
import { RunTable } from "../parts/run-table.tsx";

/** All runs, a page at a time; the address holds the page. */
export function RunsPage() {
  const [search, setSearch] = useSearchParams();
  const cursor = search.get("before") ?? undefined;
  const runs = useQuery({
    queryKey: ["runs", cursor],
    queryFn: (context) => api.runs(cursor, context),
    refetchInterval: cursor === undefined ? 4000 : false,
  });
  return (
    <Page title="Runs" about="Every turn of a pipeline, newest first.">
      <Loaded query={runs}>
        {(page) => (
          <Card pad={false}>
            {page.runs.length === 0 ? (
              <Empty title="Nothing has run yet" commands={["npx millrace run"]}>
                A run turns the loop once: from the data to a checked, registered model. Start one in a folder with a{" "}
                <code>millrace.config.ts</code>.
              </Empty>
            ) : (
              <RunTable runs={page.runs} label="Runs" />
            )}
            {(cursor !== undefined || page.next !== null) && (
              <Group justify="space-between" px="md" py="sm" style={{ borderTop: "1px solid var(--line)" }}>
                <Text size="sm" c="dimmed">
                  {page.runs.length} runs on this page
                </Text>
                <Group gap="xs">
                  <Button variant="default" size="xs" disabled={cursor === undefined} onClick={() => setSearch({})}>
                    Newest
                  </Button>
                  <Button
                    variant="default"
                    size="xs"
                    disabled={page.next === null}
                    onClick={() => page.next !== null && setSearch({ before: page.next })}
                  >
                    Older
                  </Button>
                </Group>
              </Group>
            )}
          </Card>
        )}
      </Loaded>
    </Page>
  );
}
