import { App } from "antd";
import { type AnyProblem, asProblem } from "./ProblemNote.tsx";

/** Does what a button says; says in passing that it worked, and stays with what did not. */
export function useAct(): (act: PromiseLike<{ error?: AnyProblem }>, done?: string) => Promise<boolean> {
  const { message } = App.useApp();
  return async (act, done) => {
    const { error } = await act;
    if (error !== undefined) void message.error(asProblem(error).detail, 8);
    else if (done !== undefined) void message.success(done);
    return error === undefined;
  };
}
