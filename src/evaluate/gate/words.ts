/** `ROC AUC must rise by 0.02.`, or nothing where the limit is kept or nothing was measured. */
export function lacking(what: string, value: number | null, limit: number, up: boolean): string {
  const short = value === null ? 0 : up ? limit - value : value - limit;
  return short > 0 ? `${what} must ${up ? "rise" : "fall"} by ${digits(short)}. ` : "";
}

/** Three significant digits. */
export function digits(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
