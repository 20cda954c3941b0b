// Whole although long: one template, read from top to bottom as the Java that it is.
import type { InputType } from "../../model.ts";
import { outputColumns } from "../../outputs.ts";
import type { CompileOptions, Lowered } from "../model.ts";
import { reasonOf } from "../printing/extras.ts";
import { titleOf } from "../printing/names.ts";
import { timeExpression } from "../printing/time-expression.ts";
import { packed, texts } from "./literals.ts";
import { printProgram } from "./print.ts";
import { printExtraFields, printExtraMethods, printExtraTables } from "./print-extras.ts";
import { printResult } from "./print-result.ts";

const typeLetters: Readonly<Record<InputType, string>> = {
  number: "n",
  integer: "i",
  bool: "b",
  timestamp: "t",
  string: "s",
  strings: "l",
  vector: "v",
};

/** The class `Model` with everything nested in it; `support` is the runtime, as a nested class. */
export function printClass(lowered: Lowered, options: CompileOptions, support: string): string {
  const { inputs, program } = lowered;
  const { task, classes } = program.outputs;
  const printed = printProgram(lowered);
  const patterns = inputs.flatMap(({ input: { type, pattern } }) => {
    if (type !== "timestamp") return [];
    if (pattern === undefined) return [null, null, null];
    const { source, letters } = timeExpression(pattern);
    return [source, letters, `a time of the pattern ${pattern}`];
  });
  const header = outputColumns(lowered.program.outputs);
  const list = (values: readonly (string | null)[]) => `Support.texts(${texts(values).join(", ")})`;
  const abstains = reasonOf(lowered) !== undefined;
  const partCalls = printed.calls
    .filter((line) => line.startsWith("  private"))
    .map((_, k) => `part${k}(n, t, v, x, e);`);
  return `/**
 * ${titleOf(options)}
 *
 * <p>A library, safe to call from many threads, and a filter: CSV with a header in, a line of scores for each row out.
 *
 * <pre>{@code
 * Model.score(Map.of("column", 1.5)).prediction();
 * javac Model.java && java Model < in.csv > out.csv
 * }</pre>
 */
public final class Model {
  private Model() {}

  /** {@code binary}, {@code multiclass} or {@code regression}. */
  public static final String TASK = "${task}";

  private static final String[] CLASS_NAMES = ${list(classes ?? [])};
  private static final String[] CLASS_CELLS = Support.cells(CLASS_NAMES);
${printExtraTables(lowered, list)}
  /** The names of the classes; none where the model is a regression. */
  public static final List<String> CLASSES = Collections.unmodifiableList(Arrays.asList(CLASS_NAMES));

  private static final Support.Reader[] READERS =
      Support.readers(
          ${list(inputs.map(({ input }) => input.name))},
          "${inputs.map(({ input }) => typeLetters[input.type]).join("")}",
          "${inputs.map(({ input }) => (input.invalid === undefined ? (input.missingAllowed ? "1" : "0") : "2")).join("")}",
          ${list(patterns)});
  private static final int[] SLOTS = Support.ints(${packed(Int32Array.from(inputs, ({ text, number: slot, vector }) => text ?? vector ?? slot!)).join(", ")});
  private static final int[] WIDTHS = Support.ints(${packed(Int32Array.from(lowered.vectors)).join(", ")});

  /** A raw column that the model reads; its type is number, integer, bool, timestamp, string, strings or vector. */
  public static record Input(String name, String type, boolean missingAllowed) {}

  /** The raw columns that the model reads, in order. */
  public static final List<Input> INPUTS = inputs();

  private static List<Input> inputs() {
    List<Input> inputs = new ArrayList<>();
    for (Support.Reader reader : READERS) inputs.add(new Input(reader.name, reader.typeName(), reader.missingAllowed));
    return Collections.unmodifiableList(inputs);
  }

  /**
   * Scores one row: raw values by column name, as numbers, texts, booleans, times of java.time, lists, or null where missing.
   *
   * @throws InputException where a value cannot be read as its column's type, or is missing where it may not be
   */
  public static Result score(Map<String, ?> row) {
    Machine machine = new Machine();
    for (int i = 0; i < READERS.length; i++) {
      machine.set(i, row.get(READERS[i].name));
      machine.check(i);
    }
    machine.score();
    return machine.result();
  }

  /** As {@link #score(Map)}, of a row that is filled value by value. */
  public static Result score(Row row) {
    for (int i = 0; i < READERS.length; i++) row.machine.check(i);
    row.machine.score();
    return row.machine.result();
  }

  /** Scores rows, in order. */
  public static List<Result> scoreMany(Iterable<? extends Map<String, ?>> rows) {
    List<Result> results = new ArrayList<>();
    for (Map<String, ?> row : rows) results.add(score(row));
    return results;
  }

  /** The filter. */
  public static void main(String[] arguments) {
    int exitCode;
    try {
      exitCode =
          filter(
              new FileInputStream(FileDescriptor.in),
              new FileOutputStream(FileDescriptor.out),
              new FileOutputStream(FileDescriptor.err));
    } catch (IOException error) {
      // whoever reads the scores has stopped
      exitCode = 1;
    }
    System.exit(exitCode);
  }

  private static int filter(InputStream in, OutputStream out, OutputStream errors) throws IOException {
${inputs.flatMap((one, k) => (one.seen === undefined ? [] : [`    READERS[${k}].levels = ${printed.table(one.seen)};\n`])).join("")}    return Support.filter(READERS, new Machine(), ${list(header)}, in, out, errors);
  }

  /** A value that cannot be read as its column's type, or is missing where it may not be. */
  public static final class InputException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;
    private final String column;
    private final String reason;

    InputException(String column, String reason) {
      super("The value of \\"" + column + "\\" " + reason + ".");
      this.column = column;
      this.reason = reason;
    }

    public String column() {
      return column;
    }

    public String reason() {
      return reason;
    }
  }

  /** The score of a row. */
  public static final class Result {
    private final double score;
    private final double[] each;
    private final int best;
${printExtraFields(lowered)}
    Result(double score, double[] each, int best) {
      this.score = score;
      this.each = each;
      this.best = best;
    }

    /** Whether there is no score, and so no prediction. */
    public boolean isMissing() {
      return score != score;
    }

    /** A regression's value, the probability of the second of two classes, or the greatest score of more. NaN: missing. */
    public double score() {
      return score;
    }

    /** The score of each class by its name; none where the score is missing or the model is a regression. */
    public Map<String, Double> scores() {
      Map<String, Double> scores = new LinkedHashMap<>();
      for (int k = 0; k < each.length; k++) scores.put(CLASS_NAMES[k], each[k]);
      return scores;
    }

    /** The score of a class, by its place in {@link #CLASSES}; NaN where the score is missing. */
    public double score(int place) {
      return isMissing() ? Double.NaN : each[place];
    }

    /** The name of the predicted class, or a regression's value as a Double; null where there is none. */
    public Object prediction() {
      if (isMissing()${abstains ? " || reason > 0" : ""}) return null;
      return best < 0 ? (Object) score : CLASS_NAMES[best];
    }

    /** The place of the predicted class in {@link #CLASSES}; -1 where the score is missing or the model is a regression. */
    public int predictedClass() {
      return ${abstains ? "reason > 0 ? -1 : " : ""}best;
    }
${printExtraMethods(lowered)}

    @Override
    public String toString() {
      return isMissing() ? "missing" : prediction() + " (" + score + ")";
    }
  }

  /** A row that is filled value by value, and may be filled again; what is not set is missing. For one thread at a time. */
  public static final class Row {
    private static final Map<String, Integer> PLACES = new HashMap<>();
    private final Machine machine = new Machine();

    static {
      for (int i = 0; i < READERS.length; i++) PLACES.put(READERS[i].name, i);
    }

    /** Sets a column by name; other columns than the model's are passed over. */
    public Row set(String column, double value) {
      Integer place = PLACES.get(column);
      return place == null ? this : set(place.intValue(), value);
    }

    public Row set(String column, Object value) {
      Integer place = PLACES.get(column);
      return place == null ? this : set(place.intValue(), value);
    }

    /** Sets a column by its place in {@link #INPUTS}. */
    public Row set(int column, double value) {
      machine.set(column, value);
      return this;
    }

    public Row set(int column, Object value) {
      machine.set(column, value);
      return this;
    }

    /** Makes all columns missing. */
    public Row clear() {
      machine.clear();
      return this;
    }
  }

  /** Where one row is scored. */
  private static final class Machine implements Support.Scorer {
    private final double[] n = new double[${lowered.numbers}];
    private final String[] t = new String[${lowered.texts}];
    private final double[][] v = Support.vectors(WIDTHS);
    private final double[][] x = new double[${printed.forests}][];
    private final Support.Elementary e = new Support.Elementary();

    Machine() {
      clear();
    }

    void clear() {
      for (int i = 0; i < READERS.length; i++) clear(i);
    }

    private void clear(int i) {
      if (READERS[i].isText()) t[SLOTS[i]] = null;
      else if (READERS[i].type == 'v') v[SLOTS[i]][0] = Double.NaN;
      else n[SLOTS[i]] = Double.NaN;
    }

    void set(int i, double value) {
      Support.Reader reader = READERS[i];
      try {
        if (reader.isText()) t[SLOTS[i]] = reader.text(value);
        else if (reader.type == 'v') reader.vector(value, v[SLOTS[i]]);
        else n[SLOTS[i]] = reader.ofNumber(value);
      } catch (Support.Unreadable error) {
        if (!reader.lenient) throw new InputException(reader.name, error.getMessage());
        clear(i);
      }
    }

    void set(int i, Object value) {
      Support.Reader reader = READERS[i];
      try {
        if (reader.isText()) t[SLOTS[i]] = reader.text(value);
        else if (reader.type == 'v') reader.vector(value, v[SLOTS[i]]);
        else n[SLOTS[i]] = reader.number(value);
      } catch (Support.Unreadable error) {
        if (!reader.lenient) throw new InputException(reader.name, error.getMessage());
        clear(i);
      }
    }

    void check(int i) {
      if (!READERS[i].missingAllowed && isMissing(i)) throw new InputException(READERS[i].name, "may not be missing");
    }

    private boolean isMissing(int i) {
      if (READERS[i].type == 'v') return Double.isNaN(v[SLOTS[i]][0]);
      return READERS[i].isText() ? t[SLOTS[i]] == null : Double.isNaN(n[SLOTS[i]]);
    }

    @Override
    public void cell(int i, byte[] data, int from, int to) throws Support.Unreadable {
      Support.Reader reader = READERS[i];
      try {
        if (reader.isText()) reader.count(t[SLOTS[i]] = reader.textOfCell(data, from, to));
        else if (reader.type == 'v') reader.vectorOfCell(data, from, to, v[SLOTS[i]]);
        else n[SLOTS[i]] = reader.ofCell(data, from, to);
      } catch (Support.Unreadable error) {
        if (!reader.lenient) throw error;
        reader.countUnread();
        clear(i);
      }
      if (!reader.missingAllowed && isMissing(i)) throw new Support.Unreadable("may not be missing");
    }

    @Override
    public void score() {
${partCalls.map((line) => `      ${line}`).join("\n")}
    }

${printed.calls.map((line) => `  ${line}`).join("\n")}

${printResult(lowered)
  .map((line) => (line === "" ? "" : `    ${line}`))
  .join("\n")}
  }

${printed.classes.map((line) => `  ${line}`).join("\n")}

${support
  .split("\n")
  .map((line) => (line === "" ? "" : `  ${line}`))
  .join("\n")}
}
`;
}
