/**
 * What a person may ask for; `auto`: of two classes Platt's sigmoid or isotonic where that lowers the loss beyond noise, else
 * a temperature that few rows ask for.
 */
export const calibrationKinds = ["auto", "none", "platt", "isotonic", "beta", "temperature"] as const;
export type CalibrationKind = (typeof calibrationKinds)[number];

/** How a margin becomes a probability. */
export type Calibration =
  | { readonly kind: "none" }
  /** 1 / (1 + e^−(a·margin + b)). */
  | { readonly kind: "platt"; readonly a: number; readonly b: number }
  /** logistic(a · log p − b · log(1 − p) + c), p = 1 / (1 + e^−margin). */
  | { readonly kind: "beta"; readonly a: number; readonly b: number; readonly c: number }
  /** Margins are divided by it; also those of several classes. */
  | { readonly kind: "temperature"; readonly value: number }
  /** Straight lines between points of margin and probability. */
  | { readonly kind: "isotonic"; readonly x: Float64Array; readonly y: Float64Array };
