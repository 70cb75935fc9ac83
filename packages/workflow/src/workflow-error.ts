import type { Json } from "./json.ts";

/** An error as the standard has it (after RFC 9457). */
export interface WorkflowError {
  readonly type: string;
  readonly status: number;
  readonly title?: string;
  readonly detail?: string;
  /** The JSON Pointer of the task that raised it. */
  readonly instance?: string;
}

const types = "https://serverlessworkflow.io/spec/1.0.0/errors/";

const standardErrors = {
  configuration: { status: 400, title: "Configuration error" },
  validation: { status: 400, title: "Validation error" },
  expression: { status: 400, title: "Expression error" },
  authentication: { status: 401, title: "Authentication error" },
  authorization: { status: 403, title: "Authorization error" },
  timeout: { status: 408, title: "Timeout" },
  communication: { status: 500, title: "Communication error" },
  runtime: { status: 500, title: "Runtime error" },
} as const;

/** The names of the error types that the standard defines. */
export type StandardErrorName = keyof typeof standardErrors;

const detailMax = 2_000;

/** One of the standard's errors, with what happened in words. */
export function standardError(name: StandardErrorName, detail: string, instance?: string): WorkflowError {
  const { status, title } = standardErrors[name];
  const error = { type: types + name, status, title, detail: detail.slice(0, detailMax) };
  return instance === undefined ? error : { ...error, instance };
}

/** Carries an error of the run from where it comes up to where it is raised; never leaves this package. */
export class Raised extends Error {
  readonly error: WorkflowError;

  constructor(error: WorkflowError) {
    super(error.detail ?? error.title ?? error.type);
    this.error = error;
  }
}

/** An error as JSON, for expressions and states. */
export function errorValue(error: WorkflowError): Json {
  return { ...error };
}
