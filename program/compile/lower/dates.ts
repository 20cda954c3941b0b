import type { Num } from "../model.ts";
import type { Lowering, LoweringBuilder } from "./builder.ts";
import {
  add,
  at,
  constant,
  divide,
  equal,
  floor,
  isMissing,
  lessThan,
  missingNumber,
  mod,
  multiply,
  num,
  subtract,
  when,
} from "./forms.ts";

// The arithmetic of `operators/dates.ts`, step by step; whole numbers far below 2^53, so every step is exact.
const secondUs = 1_000_000;
const hourUs = 3600 * secondUs;
const dayUs = 24 * hourUs;

function modulo(builder: LoweringBuilder, value: Num, by: number): Num {
  const rest = builder.once(mod(value, constant(by)));
  return builder.once(when(lessThan(rest, constant(0)), add(rest, constant(by)), rest));
}

const over = (a: Num, by: number): Num => floor(divide(a, constant(by)));
const times = (a: Num, by: number): Num => multiply(constant(by), a);

function days(builder: LoweringBuilder, us: Num): Num {
  return builder.once(divide(subtract(us, modulo(builder, us, dayUs)), constant(dayUs)));
}

function dayNumberOfYearStart(builder: LoweringBuilder, year: Num): Num {
  const y = builder.once(subtract(year, constant(1)));
  const era = builder.once(over(y, 400));
  const yearOfEra = builder.once(subtract(y, times(era, 400)));
  const dayOfEra = subtract(add(add(times(yearOfEra, 365), over(yearOfEra, 4)), constant(306)), over(yearOfEra, 100));
  return builder.once(subtract(add(times(era, 146097), dayOfEra), constant(719468)));
}

function civil(builder: LoweringBuilder, dayNumber: Num): { year: Num; month: Num; day: Num } {
  const shifted = builder.once(add(dayNumber, constant(719468)));
  const era = builder.once(over(shifted, 146097));
  const dayOfEra = builder.once(subtract(shifted, times(era, 146097)));
  const yearOfEra = builder.once(
    over(subtract(add(subtract(dayOfEra, over(dayOfEra, 1460)), over(dayOfEra, 36524)), over(dayOfEra, 146096)), 365),
  );
  const daysBefore = subtract(add(times(yearOfEra, 365), over(yearOfEra, 4)), over(yearOfEra, 100));
  const dayOfYear = builder.once(subtract(dayOfEra, daysBefore));
  const shiftedMonth = builder.once(over(add(times(dayOfYear, 5), constant(2)), 153));
  const day = builder.once(add(subtract(dayOfYear, over(add(times(shiftedMonth, 153), constant(2)), 5)), constant(1)));
  const month = builder.once(
    when(lessThan(shiftedMonth, constant(10)), add(shiftedMonth, constant(3)), subtract(shiftedMonth, constant(9))),
  );
  const year = builder.once(
    add(add(yearOfEra, times(era, 400)), when(lessThan(month, constant(3)), constant(1), constant(0))),
  );
  return { year, month, day };
}

const parts: Readonly<Record<string, (builder: LoweringBuilder, us: Num) => Num>> = {
  year: (b, us) => civil(b, days(b, us)).year,
  quarter: (b, us) => over(add(civil(b, days(b, us)).month, constant(2)), 3),
  month: (b, us) => civil(b, days(b, us)).month,
  dayOfMonth: (b, us) => civil(b, days(b, us)).day,
  dayOfYear: (b, us) => {
    const day = days(b, us);
    return add(subtract(day, dayNumberOfYearStart(b, civil(b, day).year)), constant(1));
  },
  dayOfWeek: (b, us) => add(modulo(b, add(days(b, us), constant(3)), 7), constant(1)),
  hour: (b, us) => over(modulo(b, us, dayUs), hourUs),
  minute: (b, us) => over(modulo(b, us, hourUs), 60 * secondUs),
  second: (b, us) => over(modulo(b, us, 60 * secondUs), secondUs),
};

const units: Readonly<Record<string, number>> = { day: dayUs, hour: hourUs, second: secondUs };

export const dates: Readonly<Record<string, Lowering>> = {
  isDay: ({ builder, inputs, attributes }) => {
    const table = attributes.f64("days");
    const offset = attributes.number("offsetMinutes", 0) * 60 * secondUs;
    const day = days(builder, builder.once(add(num(inputs[0]), constant(offset))));
    if (table.length === 0) return builder.number(when(isMissing(day), missingNumber, constant(0)));
    const wanted = builder.doubles(table);
    const below = builder.once(when(isMissing(day), constant(0), { k: "count", mode: "below", table: wanted, x: day }));
    // The last place is in the table; a day beyond it is not equal to it.
    const place = builder.once(when(lessThan(below, constant(table.length)), below, constant(table.length - 1)));
    return builder.number(
      when(isMissing(day), missingNumber, when(equal(at(wanted, place), day), constant(1), constant(0))),
    );
  },
  datePart: ({ builder, inputs, attributes }) => {
    const offset = attributes.number("offsetMinutes", 0) * 60 * secondUs;
    const us = builder.once(add(num(inputs[0]), constant(offset)));
    return builder.number(parts[attributes.text("part")]!(builder, us));
  },
  timeSince: ({ builder, inputs, attributes }) =>
    builder.number(
      divide(subtract(num(inputs[0]), constant(attributes.number("at"))), constant(units[attributes.text("unit")]!)),
    ),
};
