import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** The house's green-blue; 7 carries white text at more than 4.5:1. */
const mill: MantineColorsTuple = [
  "#e6f7f7",
  "#d3ebec",
  "#a8d6d8",
  "#79c0c4",
  "#52adb3",
  "#39a1a8",
  "#2a9ba3",
  "#0b6e75",
  "#085f66",
  "#00484e",
];

/** Mantine's dark surfaces, in the console's hue. */
const dark: MantineColorsTuple = [
  "#e4ebee",
  "#c5d0d5",
  "#a3b1b9",
  "#788891",
  "#3a4850",
  "#2d3a41",
  "#1d282e",
  "#182126",
  "#10171b",
  "#0a0f12",
];

export const theme = createTheme({
  primaryColor: "mill",
  respectReducedMotion: true,
  primaryShade: { light: 7, dark: 7 },
  colors: { mill, dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: "650",
    sizes: { h1: { fontSize: "1.5rem", lineHeight: "1.3" }, h2: { fontSize: "1.05rem" }, h3: { fontSize: "0.95rem" } },
  },
  defaultRadius: "md",
  cursorType: "pointer",
  autoContrast: true,
  components: {
    Anchor: { defaultProps: { underline: "hover" } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 150, events: { hover: true, focus: true, touch: true } } },
    Table: { defaultProps: { verticalSpacing: 7, horizontalSpacing: "sm" } },
  },
});
