import { Skeleton, Stack } from "@mantine/core";

/** What stands where a page's code or data is on its way. */
export function PageWait() {
  return (
    <Stack gap="md" aria-busy="true" role="status" aria-label="Loading">
      <Skeleton height={30} width={240} />
      <Skeleton height={110} />
      <Skeleton height={260} />
    </Stack>
  );
}
