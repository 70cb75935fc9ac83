import { fileURLToPath } from "node:url";
import type * as runner from "@millrace/runner";
import type * as sdk from "@millrace/sdk";
import type * as server from "@millrace/server";

/** The example plugins, each a whole plugin of its language: what a new package begins with. */
export const skeletons = fileURLToPath(new URL("../../../examples/plugins", import.meta.url));

export type Server = typeof server;
export type Runner = typeof runner;
type Sdk = typeof sdk;

export interface ExampleSummary {
  [figure: string]: unknown;
}

/** What the example shows of itself; it is not part of every installation. */
export interface Example {
  runFilms(options: {
    url: string;
    token: string;
    onProgress(progress: { done: number; total: number }): void;
  }): Promise<ExampleSummary>;
}

/** The platform: loaded by the commands that work on a data folder, never by those that only ask a server. */
export async function loadServer(): Promise<Server> {
  return (await load("@millrace/server")) as Server;
}

export async function loadSdk(): Promise<Sdk> {
  return (await load("@millrace/sdk")) as Sdk;
}

/** The runner: loaded by the commands that enrol and start one, and by those that make and run packages. */
export async function loadRunner(): Promise<Runner> {
  return (await load("@millrace/runner")) as Runner;
}

/** The example, or undefined where it is not installed. */
export async function loadExample(): Promise<Example | undefined> {
  try {
    return (await load("@millrace/example-films")) as Example;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (["ERR_MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED", "MODULE_NOT_FOUND"].includes(code))
      return undefined;
    throw error;
  }
}

/** The name is not written in the import, so that the bundler leaves each package in a bundle of its own. */
function load(name: string): Promise<unknown> {
  return import(name);
}
