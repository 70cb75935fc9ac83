import { AppError } from "../../kit/errors.ts";

/** The answer to an end that comes too late. */
export function leaseLost(): AppError {
  return new AppError(
    "lease_lost",
    "The message is not yours any more: it was ended, or went back to its queue",
  );
}
