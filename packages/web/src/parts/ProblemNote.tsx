import { Alert, Button } from "antd";
import type { SerializedError } from "@reduxjs/toolkit";
import { type Problem, problemOf } from "../api/client.ts";
import { useTexts } from "../texts/use-texts.ts";

export type AnyProblem = Problem | SerializedError;

/** What failed, in place: the server's own words, the field at fault, the request to look for in its log. */
export function ProblemNote({ problem, onRetry }: { problem: AnyProblem; onRetry?: () => void }) {
  const texts = useTexts();
  const { status, code, detail, field, requestId } = asProblem(problem);
  const said = status === 0 && code !== "internal" ? texts.errors.unreachable : detail;
  const facts = [
    field === undefined ? undefined : texts.errors.field(field),
    requestId === undefined ? undefined : texts.errors.requestId(requestId),
  ].filter((fact) => fact !== undefined);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      className="problem"
      title={said}
      description={facts.length === 0 ? undefined : <span className="muted">{facts.join(" · ")}</span>}
      action={onRetry && <Button onClick={onRetry}>{texts.errors.retry}</Button>}
    />
  );
}

export function asProblem(error: AnyProblem): Problem {
  return "status" in error ? error : problemOf(new Error(error.message ?? error.code ?? "?"));
}
