import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { Empty } from "../parts/empty.tsx";
import { Card, Page } from "../parts/page.tsx";

export function NotFoundPage() {
  return (
    <Page title="Not found">
      <Card>
        <Empty title="There is no page at this address">
          Go to the{" "}
          <Anchor component={Link} to="/">
            home page
          </Anchor>
          , or press <kbd>?</kbd> for the keys.
        </Empty>
      </Card>
    </Page>
  );
}
