/**
 * Who may import whom: the table of docs/architecture.md as data. Calls go down, so a row names what lies below it.
 * Whatever is ours and not named in the row of the importing file is refused.
 */
const server = "packages/server/src";
const module_ = (name) => `${server}/modules/${name}/`;
const kit = `${server}/kit/`;
const modules = `${server}/modules/`;
const serverEntry = `${server}/main\\.ts$`;
/** Where all parts meet: the entry, the modules floor by floor, the doors. */
const wiring = `${server}/(main|house|open-doors)\\.ts$`;
const ours = "^(packages|examples|bench|e2e|scripts|tools)/";

const belowDocuments = [
  kit,
  module_("events"),
  module_("identity"),
  module_("access"),
  module_("query-language"),
];
const belowQueues = [...belowDocuments, module_("documents"), module_("files"), module_("secrets")];
/** What a package is: the same on the server, which reads it, and on the runner, which runs it. */
const packageFormat = "packages/runner/src/(manifest|archive-names|archive-limits|failures)\\.ts$";
const language = "packages/workflow/src/main\\.ts$";
/** Pure, and open to whoever reads a definition or an expression. */
const pureLanguages = "packages/(jq|workflow)/src/main\\.ts$";
/** What hides secrets in a text: the same on the server, which uses them, and on the runner, which is given them. */
const secretMask = "packages/runner/src/secret-mask\\.ts$";
const belowJobs = [
  ...belowQueues,
  module_("queues"),
  module_("work-items"),
  module_("packages"),
  module_("runners"),
];

const floors = [
  { name: "kit", from: kit, to: [], why: "the ground knows no module" },
  {
    name: "query-language",
    from: module_("query-language"),
    to: [kit],
    why: "pure: the same answer everywhere",
  },
  { name: "events", from: module_("events"), to: [kit], why: "everything above appends to it" },
  {
    name: "identity",
    from: module_("identity"),
    to: [kit, module_("events")],
    why: "says who asks, not what he may",
  },
  { name: "access", from: module_("access"), to: [kit], why: "pure decisions about rights" },
  {
    name: "documents",
    from: module_("documents"),
    to: belowDocuments,
    why: "floor 4: documents know no files",
  },
  { name: "files", from: module_("files"), to: belowDocuments, why: "floor 4: files know no documents" },
  {
    name: "secrets",
    from: module_("secrets"),
    to: [...belowDocuments, secretMask],
    why: "floor 4: values that are used by right and never shown",
  },
  { name: "queues", from: module_("queues"), to: belowQueues, why: "floor 5: definitions of queues" },
  {
    name: "work-items",
    from: module_("work-items"),
    to: [...belowQueues, module_("queues")],
    why: "floor 5: what goes through the queues",
  },
  {
    name: "messages",
    from: module_("messages"),
    to: belowQueues,
    why: "floor 5: message queues and exchanges know no work items",
  },
  {
    name: "packages",
    from: module_("packages"),
    to: [...belowQueues, packageFormat],
    why: "floor 5: code in versions, which nothing here runs",
  },
  {
    name: "runners",
    from: module_("runners"),
    to: belowDocuments,
    why: "floor 6: who can execute; what is executed is the floor above",
  },
  { name: "jobs", from: module_("jobs"), to: belowJobs, why: "floor 6: what runners do with packages" },
  {
    name: "workflows",
    from: module_("workflows"),
    to: [...belowDocuments, language],
    why: "floor 4: definitions, of which nothing runs here",
  },
  {
    name: "runs",
    from: module_("runs"),
    to: [...belowJobs, module_("messages"), module_("jobs"), module_("workflows"), language],
    why: "floor 7: carries definitions out, with all that is below",
  },
  {
    name: "triggers",
    from: module_("triggers"),
    to: [
      ...belowJobs,
      module_("messages"),
      module_("jobs"),
      module_("workflows"),
      module_("runs"),
      pureLanguages,
    ],
    why: "floor 8: what should start what",
  },
  {
    name: "doors",
    from: `${server}/doors/`,
    to: [kit, modules, "packages/contract/"],
    why: "doors translate what is promised and decide nothing",
  },
  {
    name: "server-entry",
    from: wiring,
    to: [`${server}/`],
    why: "the table of contents wires everything",
  },
  { name: "contract", from: "packages/contract/", to: [], why: "what is promised depends on nobody" },
  { name: "sdk", from: "packages/sdk/", to: ["packages/contract/"], why: "a client needs the promise alone" },
  {
    name: "runner",
    from: "packages/runner/",
    to: ["packages/contract/"],
    why: "it runs at the customer, where no server's code is",
  },
  {
    name: "cli",
    from: "packages/cli/",
    to: [
      "packages/runner/src/main\\.ts$",
      "packages/sdk/src/main\\.ts$",
      "packages/runner/src/main\\.ts$",
      "packages/contract/",
      serverEntry,
      "examples/[^/]+/src/main\\.ts$",
      "scripts/",
    ],
    why: "the command speaks through the client, starts the server whole, and loads the example",
  },
  {
    name: "jq",
    from: "packages/jq/",
    to: [],
    why: "pure: the same answer on the server, in a browser and in an editor",
  },
  {
    name: "workflow",
    from: "packages/workflow/",
    to: ["packages/jq/src/main\\.ts$"],
    why: "pure: server, browser and command line read and decide alike",
  },
  {
    name: "web",
    from: "packages/web/",
    to: ["packages/contract/", "packages/sdk/src/main\\.ts$", "packages/workflow/src/main\\.ts$"],
    why: "the browser application is a client like any other, and reads workflows by the same rules",
  },
  {
    name: "examples",
    from: "examples/",
    to: ["packages/sdk/src/main\\.ts$", "packages/contract/"],
    why: "an example does what a user's program can do",
  },
];

/** What a module shows beside its model.ts and service.ts: verbs and readers that are files of their own. */
const shown = [
  {
    path: `${module_("events")}follow\\.ts$`,
    why: "the one reader of a topic per process, for the floors above",
  },
  { path: `${module_("work-items")}repairs\\.ts$`, why: "verbs for what people do by hand" },
  { path: `${module_("jobs")}runner-model\\.ts$`, why: "what jobs and a connected runner say to each other" },
  {
    path: `${module_("jobs")}connected-runners\\.ts$`,
    why: "the runners of this node, wired by hand",
  },
  { path: `${module_("messages")}open-broker\\.ts$`, why: "picks the engine behind the messages" },
  { path: `${module_("triggers")}(form-model|forms)\\.ts$`, why: "what a form is, for its pages" },
  { path: `${module_("triggers")}webhook-model\\.ts$`, why: "what a call from outside is, for its door" },
  { path: `${module_("documents")}watch\\.ts$`, why: "the verb that opens a watch" },
];
const face = [`${modules}[^/]+/(model|service)\\.ts$`, ...shown.map(({ path }) => path)].map(
  (path) => `^${path}`,
);

/** A floor may import itself and what its row names. */
function downward({ name, from, to, why }) {
  return {
    name: `floor-${name}`,
    comment: why,
    severity: "error",
    from: { path: `^${from}` },
    to: { path: ours, pathNot: [from, ...to].map((path) => `^${path}`) },
  };
}

const everyModuleHasItsRow = {
  name: "floor-unknown",
  comment: "a module without a row in this table would stand on no floor",
  severity: "error",
  from: { path: `^${modules}`, pathNot: floors.map((floor) => `^${floor.from}`) },
  to: {},
};

const noCircle = {
  name: "no-circle",
  comment: "a circle has no floor; types count, they tie files together as well",
  severity: "error",
  from: {},
  to: { circular: true },
};

/** Its first group is the importing module, or the file itself where that stands in no module. */
const importer = `^(${modules}[^/]+/|.+)`;

const storeIsPrivate = {
  name: "store-is-private",
  comment: "each module owns its tables, so that it can move to a database of its own",
  severity: "error",
  from: { path: importer },
  to: { path: `^${modules}[^/]+/(store|[^/]+-store)\\.ts$`, pathNot: "^$1" },
};

const routesAreForTheDoor = {
  name: "api-is-for-the-door",
  comment: "routes translate for HTTP: only the door and the wiring know them",
  severity: "error",
  from: { path: importer, pathNot: [`^${server}/doors/rest/`, `^${wiring}`] },
  to: { path: `^${modules}[^/]+/api\\.ts$`, pathNot: "^$1" },
};

const moduleFace = {
  name: "module-face",
  comment:
    "a module is used through its model and its verbs; the query language is a library and open as a whole",
  severity: "error",
  from: { path: `^(${modules}[^/]+)/`, pathNot: ["\\.test\\.ts$", "/testing[a-z0-9-]*\\.ts$"] },
  to: {
    path: `^${modules}`,
    pathNot: ["^$1/", ...face, `^${module_("query-language")}`],
  },
};

const doorsUseTheFace = {
  name: "doors-use-the-face",
  comment:
    "a door calls verbs; what lies behind them is the module's own; the query language is a library and open",
  severity: "error",
  from: { path: `^${server}/doors/`, pathNot: "\\.test\\.ts$" },
  to: {
    path: `^${modules}`,
    pathNot: [...face, `^${modules}[^/]+/api\\.ts$`, `^${module_("query-language")}`],
  },
};

const modelIsPure = {
  name: "model-is-pure",
  comment: "types and decisions run without a database, in the simulator too",
  severity: "error",
  from: { path: `^${modules}[^/]+/(model|[^/]+-model)\\.ts$`, pathNot: `^${module_("query-language")}` },
  to: {
    path: ours,
    pathNot: [
      `^${modules}[^/]+/(model|[^/]+-model)\\.ts$`,
      `^${module_("query-language")}`,
      `^${packageFormat}`,
      `^${language}`,
      `^${secretMask}`,
      `^${pureLanguages}`,
      `^${kit}(call|errors|ids|route)\\.ts$`,
    ],
  },
};

const serverThroughItsEntry = {
  name: "server-through-its-entry",
  comment: "other packages start the server, they do not reach into it; bench and e2e age its rows and may",
  severity: "error",
  from: { path: "^(packages/(?!server/)|examples/)" },
  to: { path: `^${server}/`, pathNot: serverEntry },
};

const testSupportIsForTests = {
  name: "test-support-is-for-tests",
  comment: "test support in the product would run with a customer's data",
  severity: "error",
  from: {
    pathNot: ["\\.test\\.ts$", "/testing[a-z0-9-]*\\.ts$", "^(e2e|bench)/", "^vitest\\.global\\.ts$"],
  },
  to: { path: "/testing[a-z0-9-]*\\.ts$" },
};

const everythingResolves = {
  name: "everything-resolves",
  comment: "an import that leads nowhere escapes every other rule",
  severity: "error",
  from: {},
  to: { couldNotResolve: true },
};

module.exports = {
  forbidden: [
    ...floors.map(downward),
    everyModuleHasItsRow,
    noCircle,
    storeIsPrivate,
    routesAreForTheDoor,
    moduleFace,
    doorsUseTheFace,
    modelIsPure,
    serverThroughItsEntry,
    testSupportIsForTests,
    everythingResolves,
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/(dist|node_modules|scratch)/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["source", "import", "node", "default"],
    },
  },
};
