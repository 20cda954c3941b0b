/** Starts a PostgreSQL server of the tests' own: its address, or the reason where it cannot be. */
export function startPostgres(): Promise<{
  readonly reason?: string;
  readonly address?: string;
  readonly stop?: () => void;
}>;
