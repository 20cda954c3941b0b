/** The page's colors as charts take them: resolved, for the scheme of now. */
export interface ChartColors {
  /** Charts measure texts themselves, so they need the name of the font. */
  readonly font: string;
  readonly ink: string;
  readonly inkSoft: string;
  readonly line: string;
  readonly surface: string;
  readonly page: string;
  readonly accent: string;
  readonly good: string;
  readonly info: string;
  readonly busy: string;
  readonly warn: string;
  readonly bad: string;
  readonly idle: string;
  /** For several lines; told apart by lightness too. */
  readonly series: readonly string[];
}

export function chartColors(): ChartColors {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const [accent, info, busy, warn, bad, good] = ["accent", "info", "busy", "warn", "bad", "good"].map(read) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    font: getComputedStyle(document.body).fontFamily,
    ink: read("ink"),
    inkSoft: read("ink-soft"),
    line: read("line"),
    surface: read("surface"),
    page: read("page"),
    accent,
    good,
    info,
    busy,
    warn,
    bad,
    idle: read("idle"),
    series: [accent, warn, busy, info, bad, good],
  };
}

/** Text from data, safe inside a tooltip's HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export function tooltipStyle(colors: ChartColors) {
  return {
    backgroundColor: colors.surface,
    borderColor: colors.line,
    textStyle: { color: colors.ink, fontSize: 12.5 },
    confine: true,
  };
}

export function axisStyle(colors: ChartColors) {
  return {
    axisLine: { lineStyle: { color: colors.line } },
    axisTick: { lineStyle: { color: colors.line } },
    axisLabel: { color: colors.inkSoft, fontSize: 11.5 },
    splitLine: { lineStyle: { color: colors.line } },
    nameTextStyle: { color: colors.inkSoft, fontSize: 11.5 },
  };
}
