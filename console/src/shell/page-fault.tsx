import { Button, Container } from "@mantine/core";
import { useRouteError } from "react-router";
import { ProblemAlert } from "../parts/problem-alert.tsx";

/** A page that broke: says so instead of going blank. */
export function PageFault() {
  const error = useRouteError();
  return (
    <Container size="sm" py="xl" component="main">
      <ProblemAlert
        error={error}
        fallback={{
          code: "CONSOLE_PAGE_BROKEN",
          title: "This page broke",
          next: "Load it again; after an update of the server the old page's files are gone.",
        }}
      />
      <Button mt="md" onClick={() => window.location.reload()}>
        Load again
      </Button>
    </Container>
  );
}
