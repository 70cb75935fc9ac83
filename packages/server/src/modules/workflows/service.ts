import { createHash } from "node:crypto";
import {
  compile,
  type Definition,
  graph,
  type Graph,
  type Known,
  parse,
  type Parsed,
  type Problem,
  problemLine,
  validate,
  workflowMetadata,
} from "@millrace/workflow";
import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { violatedConstraint } from "../../kit/database-errors.ts";
import { EpochCache, type Epochs } from "../../kit/epoch-cache.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { isId, newId } from "../../kit/ids.ts";
import type { Right } from "../../kit/route.ts";
import { absent, aclOfMaker, allows, requireRight } from "../access/model.ts";
import type { NewEvent } from "../events/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import {
  latestVersion,
  type RunnableVersion,
  type StoredWorkflow,
  versionsMax,
  type WorkflowChanges,
  type WorkflowRecord,
  workflowsMax,
  type WorkflowVersion,
  type WorkflowVersionEntry,
  type WorkflowVersionView,
  type WorkflowView,
} from "./model.ts";
import * as store from "./store.ts";
import { unheeded } from "./unheeded.ts";

const pageMax = 500;
const runnableCachedMax = 1_000;

interface TenantWorkflows {
  byId: Map<string, WorkflowRecord>;
  byName: Map<string, WorkflowRecord>;
}

/** What there is outside of a definition, for a caller: functions, secrets, runners by name. */
export type Surroundings = (call: Call) => Promise<Known>;

/** Definitions of workflows in versions, and rights. Nothing runs here. */
export class Workflows {
  readonly #database: Database;
  readonly #events: Events;
  readonly #epochs: Epochs;
  readonly #surroundings: Surroundings;
  readonly #known: EpochCache<TenantWorkflows>;
  /** Under workflow and number. A version never changes, so nothing here is ever stale. */
  readonly #runnable = new Map<string, RunnableVersion>();

  constructor(parts: { database: Database; events: Events; epochs: Epochs; surroundings?: Surroundings }) {
    this.#database = parts.database;
    this.#events = parts.events;
    this.#epochs = parts.epochs;
    this.#surroundings = parts.surroundings ?? (async () => ({}));
    this.#known = new EpochCache(parts.epochs, (tenantId) => this.#load(tenantId));
  }

  /** Everything that is wrong with a text, for this caller, with lines and columns. Nothing is stored. */
  async validateWorkflow(call: Call, text: string): Promise<{ problems: Problem[] }> {
    const parsed = parse(text);
    return { problems: problemsOf(parsed, validate(parsed, await this.#surroundings(call))) };
  }

  /**
   * Stores a definition under its own `document.name`: the first text makes the workflow, another one its next
   * version, the same one changes nothing. A text that cannot run is refused with all its mistakes.
   */
  async storeWorkflow(call: Call, text: string): Promise<StoredWorkflow> {
    const { definition, problems } = await this.#check(call, text);
    const { name } = definition.document;
    const known = await this.#known.of(call);
    const there = known.byName.get(name);
    if (there !== undefined) requireRight(there.acl, call, "update", nameOf(name));
    else if (known.byId.size >= workflowsMax) throw tooMany(`workflows in this tenant`, workflowsMax);
    const id = there?.id ?? newId();
    const { number, isNew } = await this.#writeVersion(
      call,
      { id, isFirst: there === undefined },
      definition,
      text,
    );
    const fresh = await this.#known.refreshed(call);
    const version = await this.getWorkflowVersion(fresh, id, String(number));
    return { ...version, id, isNew, problems };
  }

  async getWorkflow(call: Call, ref: string): Promise<WorkflowView> {
    return viewOf(await this.require(call, ref, "read"));
  }

  /** The workflows that the caller may read, by name; `cursor` is the last name of the page before. */
  async listWorkflows(
    call: Call,
    cursor = "",
    limit = 100,
  ): Promise<{ items: WorkflowView[]; nextCursor?: string }> {
    const size = Math.min(limit, pageMax);
    const rows = await store.listReadable(this.#database.read(call), call, cursor, size + 1);
    const { byId } = await this.#known.of(call);
    const items = rows.slice(0, size).flatMap(({ id }) => {
      const found = byId.get(id);
      return found === undefined ? [] : [viewOf(found)];
    });
    return rows.length > size ? { items, nextCursor: items.at(-1)!.name } : { items };
  }

  /** Changes the description or the ACL. With `version`, only if nobody changed the record since. */
  async updateWorkflow(
    call: Call,
    ref: string,
    changes: WorkflowChanges,
    version?: number,
  ): Promise<WorkflowView> {
    const found = await this.require(call, ref, "update");
    await this.#write(call, workflowEvent(call, "workflow.updated", found, { ...changes }), async (tx) => {
      if (await store.update(tx, { ...found, ...changes }, version ?? found.version)) return;
      const message = `Workflow ${found.name} was changed in the meantime: read it again`;
      throw new AppError("version_mismatch", message);
    });
    return this.getWorkflow(await this.#known.refreshed(call), found.id);
  }

  /** A workflow's versions, the newest first; `cursor` is the page's before. */
  async listWorkflowVersions(
    call: Call,
    ref: string,
    { cursor, limit = 100 }: { cursor?: string; limit?: number },
  ): Promise<{ items: WorkflowVersionEntry[]; nextCursor?: string }> {
    const { id } = await this.require(call, ref, "read");
    const size = Math.min(limit, pageMax);
    const before = cursor === undefined ? 2 ** 31 - 1 : numberOf(cursor, "query.cursor");
    const rows = await store.listVersions(this.#database.read(call), call.tenantId, id, before, size + 1);
    const items = rows.slice(0, size);
    return rows.length > size ? { items, nextCursor: String(items.at(-1)!.number) } : { items };
  }

  /** One version with its text, named by its number or as `latest`. */
  async getWorkflowVersion(call: Call, ref: string, version: string): Promise<WorkflowVersionView> {
    const { found, row } = await this.#requireVersion(call, ref, version);
    const { id: _id, workflowId: _workflow, ...view } = row;
    return { ...view, workflow: found.name };
  }

  /** A version as nodes and edges, for an editor and for documents. */
  async getWorkflowGraph(call: Call, ref: string, version: string): Promise<Graph> {
    const { row } = await this.#requireVersion(call, ref, version);
    return graph(parse(row.text).definition!);
  }

  /** The workflow called or numbered `ref`, if the caller has the right; as absent if he may not even read it. */
  async require(call: Call, ref: string, right: Right): Promise<WorkflowRecord> {
    const { byId, byName } = await this.#known.of(call);
    const found = isId(ref) ? byId.get(ref) : byName.get(ref);
    if (found === undefined) throw absent(nameOf(ref));
    requireRight(found.acl, call, right, nameOf(ref));
    return found;
  }

  /** A workflow by id, for the floors above; no right is asked. */
  async find(call: Pick<Call, "tenantId" | "epoch">, id: string): Promise<WorkflowRecord | undefined> {
    return (await this.#known.of(call)).byId.get(id);
  }

  /** The ids of the workflows that the caller may read. */
  async readableIds(call: Call): Promise<string[]> {
    const { byId } = await this.#known.of(call);
    return [...byId.values()].filter(({ acl }) => allows(acl, call, "read")).map(({ id }) => id);
  }

  /** The number of a version that is named by its number, as `latest`, or by the author's own `document.version`. */
  async numberOf(call: Call, found: WorkflowRecord, wanted: string): Promise<number> {
    if (wanted === latestVersion) return found.latest;
    if (/^[1-9]\d{0,8}$/.test(wanted)) return Number(wanted);
    const number = await store.findNumber(this.#database, call.tenantId, found.id, wanted);
    if (number === undefined) throw absent(`version ${wanted} of ${nameOf(found.name)}`);
    return number;
  }

  /** A version made ready to run, for the floors above; no right is asked. */
  async runnable(tenantId: string, workflowId: string, number: number): Promise<RunnableVersion> {
    const key = `${workflowId} ${number}`;
    const cached = this.#runnable.get(key);
    if (cached !== undefined) return cached;
    const row = await store.findVersion(this.#database, tenantId, workflowId, number);
    if (row === undefined) throw absent(`version ${number} of workflow ${workflowId}`);
    const definition = parse(row.text).definition!;
    const made = {
      number,
      definition,
      workflow: compile(definition),
      metadata: workflowMetadata(definition),
    };
    const [oldest] = this.#runnable.keys();
    if (this.#runnable.size >= runnableCachedMax) this.#runnable.delete(oldest!);
    this.#runnable.set(key, made);
    return made;
  }

  /** Those of `ids` that exist, none of which can be deleted until the transaction ends. */
  async holdIn(tx: Tx, ids: readonly string[]): Promise<string[]> {
    return store.hold(tx, ids);
  }

  /** Deletes a workflow and its versions in the caller's transaction; the floor above has seen to its runs. */
  async removeIn(tx: Tx, call: Call, found: WorkflowRecord): Promise<void> {
    if (!(await store.remove(tx, call.tenantId, found.id))) throw absent(nameOf(found.name));
    await this.#events.append(tx, [workflowEvent(call, "workflow.deleted", found)]);
    await this.#epochs.raiseEpoch(tx, call.tenantId);
  }

  async #check(call: Call, text: string): Promise<{ definition: Definition; problems: Problem[] }> {
    const parsed = parse(text);
    const problems = problemsOf(parsed, validate(parsed, await this.#surroundings(call)));
    const errors = problems.filter(({ severity }) => severity === "error");
    if (parsed.definition !== null && errors.length === 0) return { definition: parsed.definition, problems };
    const message = `text: is no workflow that can run: ${problemLine(errors[0]!)}`;
    throw new AppError("invalid_input", message, {
      field: "text",
      fields: errors.map((problem) => ({ field: "text", message: problemLine(problem) })),
      extra: { problems },
    });
  }

  async #writeVersion(
    call: Call,
    { id, isFirst }: { id: string; isFirst: boolean },
    { document }: Definition,
    text: string,
  ): Promise<{ number: number; isNew: boolean }> {
    const { tenantId, userId: createdById, userName: createdBy } = call;
    const { name, version: nameOfAuthor, summary = "" } = document;
    const digest = createHash("sha256").update(text).digest("hex");
    const record = { id, tenantId, name, description: summary, acl: aclOfMaker(call), createdById };
    try {
      return await this.#database.transaction(async (tx) => {
        if (isFirst) await store.insert(tx, record);
        const locked = await store.lock(tx, tenantId, id);
        if (locked === undefined) throw absent(nameOf(name));
        if (locked.digest === digest) return { number: locked.latest, isNew: false };
        const number = locked.latest + 1;
        if (number > versionsMax) throw tooMany(`versions of workflow ${name}`, versionsMax);
        const made = { id: newId(), workflowId: id, tenantId, number, nameOfAuthor, text, digest };
        await store.insertVersion(tx, { ...made, createdById, createdBy });
        const event = workflowEvent(call, "workflow.stored", { id, name }, { number, nameOfAuthor });
        await this.#events.append(tx, [event]);
        await this.#epochs.raiseEpoch(tx, tenantId);
        return { number, isNew: true };
      });
    } catch (error) {
      if (violatedConstraint(error) !== "a_workflow_name_is_used_once_in_a_tenant") throw error;
      throw new AppError("conflict", `Workflow ${name} was made by somebody else just now: store it again`);
    }
  }

  async #requireVersion(
    call: Call,
    ref: string,
    wanted: string,
  ): Promise<{ found: WorkflowRecord; row: WorkflowVersion }> {
    const found = await this.require(call, ref, "read");
    const number = wanted === latestVersion ? found.latest : numberOf(wanted, "version");
    const row = await store.findVersion(this.#database.read(call), call.tenantId, found.id, number);
    if (row === undefined) throw absent(`version ${wanted} of ${nameOf(ref)}`);
    return { found, row };
  }

  async #write(call: Call, event: NewEvent, act: (tx: Tx) => Promise<void>): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await act(tx);
      await this.#events.append(tx, [event]);
      await this.#epochs.raiseEpoch(tx, call.tenantId);
    });
  }

  async #load(tenantId: string): Promise<TenantWorkflows> {
    const all = await store.listOfTenant(this.#database, tenantId);
    return {
      byId: new Map(all.map((found) => [found.id, found])),
      byName: new Map(all.map((found) => [found.name, found])),
    };
  }
}

/** With what is not heeded of a definition that can run. */
function problemsOf(parsed: Parsed, problems: Problem[]): Problem[] {
  const { definition } = parsed;
  if (definition === null || problems.some(({ severity }) => severity === "error")) return problems;
  return [...problems, ...unheeded(parsed, definition)];
}

function numberOf(text: string, field: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw invalid(field, `must be the number of a version, or ${latestVersion}`);
}

function nameOf(ref: string): string {
  return `workflow ${JSON.stringify(ref)}`;
}

function viewOf({ tenantId: _tenantId, ...view }: WorkflowRecord): WorkflowView {
  return view;
}

function tooMany(what: string, max: number): AppError {
  return new AppError("conflict", `There are ${max} ${what} already: delete one first`);
}

/** A fact about a workflow. */
function workflowEvent(
  call: Call,
  type: string,
  { id, name }: { id: string; name: string },
  details: Record<string, unknown> = {},
): NewEvent {
  return eventOf(call, {
    topic: "workflows",
    type,
    subjectId: id,
    scopeId: "",
    details: { name, ...details },
  });
}
