/** Everything that an asynchronous sequence gives, as a list. */
export async function allOf<T>(sequence: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of sequence) values.push(value);
  return values;
}
