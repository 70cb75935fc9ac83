import { randomBytes } from "node:crypto";

/**
 * Ids are 24 hex digits, in the order of their making: 12 of milliseconds, 6 of this process, 6 of a counter.
 * The time in them orders lists and keeps indexes compact; no rule of the house reads it as a clock.
 */
const processPart = randomBytes(3).toString("hex");
const counterMax = 0xffffff;
let lastMs = 0;
let counter = 0;

/** A new id, greater than every id this process made before. */
export function newId(): string {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = 0;
  } else {
    counter += 1;
    if (counter > counterMax) {
      lastMs += 1;
      counter = 0;
    }
  }
  return lastMs.toString(16).padStart(12, "0") + processPart + counter.toString(16).padStart(6, "0");
}

const idPattern = /^[0-9a-f]{24}$/;

/** Whether `text` has the form of an id. */
export function isId(text: string): boolean {
  return idPattern.test(text);
}
