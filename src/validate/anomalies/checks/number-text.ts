/** C's `%g`: six significant digits, no trailing zeros. */
export function sixDigits(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return "0";
  const exponent = Number(value.toExponential(5).split("e")[1]);
  if (exponent >= -4 && exponent < 6) return trimZeros(value.toFixed(5 - exponent));
  const [digits, power] = value.toExponential(5).split("e") as [string, string];
  const magnitude = Math.abs(Number(power)).toString().padStart(2, "0");
  return `${trimZeros(digits)}e${power.startsWith("-") ? "-" : "+"}${magnitude}`;
}

function trimZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}

/** A share as the reference prints it: `<1%` or `~25%`, rounded down. */
export function roughPercent(part: number, total: number): string {
  if (total === 0) return "?";
  const percent = (part / total) * 100;
  return percent < 1 ? "<1%" : `~${Math.floor(percent)}%`;
}
