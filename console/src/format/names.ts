/** `meanAbsoluteError` → `Mean absolute error`, `rocAuc` → `ROC AUC`: names of metrics, tests and checks for people. */
export function label(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[\s_-]+/)
    .filter((word) => word !== "");
  const text = words.map((word) => acronyms.get(word.toLowerCase()) ?? word.toLowerCase()).join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const acronyms = new Map(
  ["AUC", "ROC", "PR", "PSI", "RMSE", "MAE", "MSE", "R2", "F1", "ECE", "MCC", "ID", "CPU", "KS"].map((word) => [
    word.toLowerCase(),
    word,
  ]),
);

/** `run_01980a3c-1111-7000-8000-0123456789ab` → `01980a3c…89ab`: enough to tell ids apart at sight. */
export function shortId(id: string): string {
  const bare = id.replace(/^[a-z]{3}_/, "");
  return bare.length <= 16 ? bare : `${bare.slice(0, 8)}…${bare.slice(-4)}`;
}

export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, 12);
}
