/** Six significant digits are more than a chart can show, and a third of the bytes. */
export function sixDigits(value: number): number {
  return Number(value.toPrecision(6));
}

/** At most so many characters; what was cut is marked. */
export function shortText(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${[...text.slice(0, 2 * most)].slice(0, most - 1).join("")}…`;
}
