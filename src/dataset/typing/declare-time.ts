/** What makes a column of texts a time: the next step where one is needed. */
export function declareTime(name: string): string {
  return `Declare the pattern of "${name}" on its source, such as types: { ${JSON.stringify(name)}: { timestamp: "%d/%m/%Y" } }.`;
}
