import { durationMs, durationUnits } from "./duration.ts";
import { isObject } from "./json.ts";
import {
  anything,
  every,
  integer,
  isExpression,
  later,
  list,
  namedParts,
  object,
  type Shape,
  shown,
  text,
  textOr,
  unknownKey,
  word,
} from "./shape.ts";

/** The parts that several kinds of tasks and the head of a definition share. */

const uri = /^[A-Za-z][A-Za-z0-9+\-.]*:\/\/.*/;
export const uriText = text({ pattern: uri, what: "a URI like `https://...`", orExpression: true });

/** A name that expressions can say as `$name`. */
export const variableName = text({ pattern: /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/, what: "a name like `item`" });

export const duration: Shape = (value, pointer, report) => {
  if (typeof value === "string" && isExpression(value)) return;
  if (isObject(value)) {
    for (const key of Object.keys(value)) {
      if (durationUnits.includes(key)) integer({ min: 0 })(value[key]!, `${pointer}/${key}`, report);
      else unknownKey(key, durationUnits, `${pointer}/${key}`, report);
    }
    if (Object.keys(value).length === 0) report("empty", pointer, "a duration needs at least one part");
  } else if (durationMs(value) === null) {
    report("duration", pointer, `${shown(value)} is not a duration like \`PT30S\` or \`seconds: 30\``);
  }
};

const secretReference = object({ use: text() }, { required: ["use"] });

/** Either what is asked for, or `use` and the name of a secret that holds it. */
function orSecret(otherwise: Shape): Shape {
  return (value, pointer, report) =>
    (isObject(value) && Object.hasOwn(value, "use") ? secretReference : otherwise)(value, pointer, report);
}

const namedUser = orSecret(
  object({ username: text(), password: text() }, { required: ["username", "password"] }),
);

const oauthToken = object({ token: text(), type: text() }, { required: ["token", "type"] });

const oauthFields: Readonly<Record<string, Shape>> = {
  authority: uriText,
  grant: word(
    "authorization_code",
    "client_credentials",
    "password",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:token-exchange",
  ),
  client: object({
    id: text(),
    secret: text(),
    assertion: text(),
    authentication: word(
      "client_secret_basic",
      "client_secret_post",
      "client_secret_jwt",
      "private_key_jwt",
      "none",
    ),
  }),
  request: object({ encoding: word("application/x-www-form-urlencoded", "application/json") }),
  issuers: list(text()),
  scopes: list(text()),
  audiences: list(text()),
  username: text(),
  password: text(),
  subject: oauthToken,
  actor: oauthToken,
};

const oauthEndpoints = object({ token: text(), revocation: text(), introspection: text() });

const authenticationFields: Readonly<Record<string, Shape>> = {
  basic: namedUser,
  bearer: orSecret(object({ token: text() }, { required: ["token"] })),
  digest: namedUser,
  oauth2: orSecret(object({ ...oauthFields, endpoints: oauthEndpoints })),
  oidc: orSecret(object(oauthFields)),
};

const authenticationKinds = Object.keys(authenticationFields);

export const authenticationPolicy = object(authenticationFields, { exactlyOne: authenticationKinds });

/** A policy, or the name of one. */
export const authentication = object(
  { ...authenticationFields, use: text() },
  { exactlyOne: [...authenticationKinds, "use"] },
);

export const endpoint = textOr(uriText, object({ uri: uriText, authentication }, { required: ["uri"] }));

export const externalResource = object({ name: text(), endpoint }, { required: ["endpoint"] });

const schema = object(
  { format: text(), document: anything, resource: externalResource },
  { exactlyOne: ["document", "resource"] },
);

const textOrObject = textOr(text(), object({}, { isOpen: true }));

export const inputRule = object({ schema, from: textOrObject });
export const outputRule = object({ schema, as: textOrObject });

export const timeout = object({ after: duration }, { required: ["after"] });
export const timeoutOrName = textOr(text(), timeout);

export const errorTemplate = object(
  {
    type: uriText,
    status: integer(),
    instance: text(),
    title: text(),
    detail: text(),
  },
  { required: ["type", "status"] },
);

const backoffParts = object({}, { isOpen: true });

export const retryPolicy = object({
  when: text(),
  exceptWhen: text(),
  delay: duration,
  backoff: object(
    { constant: backoffParts, exponential: backoffParts, linear: backoffParts },
    { exactlyOne: ["constant", "exponential", "linear"] },
  ),
  limit: object({ attempt: object({ count: integer({ min: 0 }), duration }), duration }),
  jitter: object({ from: duration, to: duration }, { required: ["from", "to"] }),
});

/** The attributes of a CloudEvent: to emit, or to compare with. */
const eventAttributes = object(
  {
    id: text(),
    source: uriText,
    type: text(),
    time: text(),
    subject: text(),
    datacontenttype: text(),
    dataschema: uriText,
    data: anything,
  },
  { isOpen: true },
);

export const eventToEmit = every(eventAttributes, object({}, { isOpen: true, required: ["source", "type"] }));

const notEmpty: Shape = (value, pointer, report) => {
  if (isObject(value) && Object.keys(value).length === 0) report("empty", pointer, "must name an attribute");
};

const eventFilter = object(
  {
    with: every(eventAttributes, notEmpty),
    correlate: namedParts(object({ from: text(), expect: text() }, { required: ["from"] })),
  },
  { required: ["with"] },
);

export const eventStrategy: Shape = object(
  {
    one: eventFilter,
    all: list(eventFilter),
    any: list(eventFilter),
    until: textOr(
      text(),
      later(() => eventStrategy),
    ),
  },
  { exactlyOne: ["one", "all", "any"] },
);

export const expressionText = text({ pattern: /^\s*\$\{[\s\S]*\}\s*$/, what: "an expression, ${ ... }" });

/** A part that is written as an object of values, or comes whole from an expression. */
export function orExpressionText(otherwise: Shape): Shape {
  return textOr(expressionText, otherwise);
}
