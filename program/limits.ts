/** What a program may hold at most. A file over a limit is refused, so that reading one cannot exhaust the machine. */
export const programLimits = {
  inputs: 100_000,
  nodes: 1_000_000,
  inputsOfANode: 100_000,
  classes: 100_000,
  vectorWidth: 1_000_000,
  inputWidth: 65_536,
  tensors: 10_000,
  tensorBytes: 1_073_741_824,
  jsonLength: 268_435_456,
  jsonDepth: 64,
  nameLength: 1_024,
  levelLength: 65_536,
  levels: 2_000_000,
  fileEntries: 64,
} as const;
