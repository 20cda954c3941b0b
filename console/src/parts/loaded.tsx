import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { PageWait } from "../shell/page-wait.tsx";
import { ProblemAlert } from "./problem-alert.tsx";

/** Shows a query's data; before it, the wait; instead of it, the error. Old data stays while the server is away. */
export function Loaded<T>(props: { query: UseQueryResult<T>; children: (data: T) => ReactNode; wait?: ReactNode }) {
  const { query } = props;
  if (query.data !== undefined)
    return (
      <>
        {query.error !== null && (
          <div style={{ marginBottom: 16 }}>
            <ProblemAlert error={query.error} retry={() => void query.refetch()} />
          </div>
        )}
        {props.children(query.data)}
      </>
    );
  if (query.error !== null) return <ProblemAlert error={query.error} retry={() => void query.refetch()} />;
  return props.wait ?? <PageWait />;
}
