import { randomBytes } from "node:crypto";
import { fastify } from "fastify";
import pg from "pg";

/*
 * The limit of the approach: Fastify in front of a natural group commit over unnest, and nothing else. No rights, no
 * events, no history, no retry, no validation. What the product does beside it is measured against this.
 */
const [databaseUrl] = process.argv.slice(2);

interface Waiting<M, O> {
  member: M;
  resolve: (outcome: O) => void;
  reject: (error: unknown) => void;
}

/** Members that arrive while a write is under way share the next one. */
function group<M, O>(write: (members: M[]) => Promise<O[]>): (member: M) => Promise<O> {
  let waiting: Waiting<M, O>[] = [];
  let writing = false;
  const pump = async () => {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, 500);
      try {
        const outcomes = await write(batch.map(({ member }) => member));
        batch.forEach(({ resolve }, index) => resolve(outcomes[index]!));
      } catch (error) {
        batch.forEach(({ reject }) => reject(error));
      }
    }
    writing = false;
  };
  return (member) =>
    new Promise((resolve, reject) => {
      waiting.push({ member, resolve, reject });
      if (!writing) void pump();
    });
}

async function connect(): Promise<pg.Client> {
  const options = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";
  const client = new pg.Client({ connectionString: databaseUrl, options });
  await client.connect();
  return client;
}

const setup = await connect();
await setup.query(`create table items (id text primary key, state text not null, payload jsonb not null)`);
await setup.query(`create index items_new on items (id) where state = 'new'`);
await setup.end();
const [pushes, claims, finishes] = await Promise.all([connect(), connect(), connect()]);

const push = group(async (members: { id: string; payload: string }[]) => {
  await pushes.query({
    name: "push",
    text: "insert into items select id, 'new', payload from unnest($1::text[], $2::jsonb[]) as m (id, payload)",
    values: [members.map(({ id }) => id), members.map((member) => member.payload)],
  });
  return members.map(({ id }) => ({ id }));
});
const claim = group(async (members: null[]) => {
  const { rows } = await claims.query({
    name: "claim",
    text: `update items set state = 'processing'
      where id in (select id from items where state = 'new' order by id limit $1 for update skip locked)
      returning id, payload`,
    values: [members.length],
  });
  return members.map((_member, index) => rows.slice(index, index + 1));
});
const finish = group(async (ids: string[]) => {
  await finishes.query({
    name: "finish",
    text: "delete from items where id = any($1::text[])",
    values: [ids],
  });
  return ids;
});

const app = fastify();
let counter = 0;
const prefix = randomBytes(4).toString("hex");
app.post("/items", async (request) => {
  counter += 1;
  return push({ id: prefix + counter.toString(16).padStart(16, "0"), payload: JSON.stringify(request.body) });
});
app.post("/claims", async () => ({ items: await claim(null) }));
app.post<{ Params: { id: string } }>("/items/:id/finish", async (request) => ({
  id: await finish(request.params.id),
}));
process.stdout.write(`${await app.listen({ port: 0, host: "127.0.0.1" })}\n`);
process.on("SIGTERM", () => process.exit(0));
