/** The service did not answer this time. Not a BusinessError, so the queue tries again. */
export class RateServiceError extends Error {
  constructor() {
    super("the rate service is not available");
    this.name = "RateServiceError";
  }
}

export interface RateRequest {
  /** Of which film, by its place in the file from 1. */
  film: number;
  year: number;
  /** 1 for the first time. */
  attempt: number;
}

/**
 * What a dollar of a year was worth in dollars of 2010. A stand-in for a service somewhere else: it makes its rates up
 * (prices that rise by 3% a year), and fails at the first attempt for every tenth film, so that one can count on it.
 */
export async function askRate({ film, year, attempt }: RateRequest): Promise<number> {
  if (film % 10 === 0 && attempt === 1) throw new RateServiceError();
  return 1.03 ** (2010 - year);
}
