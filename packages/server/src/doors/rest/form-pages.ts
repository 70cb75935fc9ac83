import type { FastifyInstance, FastifyReply } from "fastify";
import { hasCode } from "../../kit/errors.ts";
import { type FormField, formBytesMax } from "../../modules/triggers/form-model.ts";
import type { FormPage, Forms } from "../../modules/triggers/forms.ts";
import type { Gate } from "./authenticate.ts";
import { takeFromLimit } from "./manners.ts";

/** The page runs nothing and looks plain; it may send its form to this server alone. */
const contentPolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** Forms that anybody may fill in: `/forms/{tenant}/{path}`. */
export async function addForms(
  app: FastifyInstance,
  forms: Pick<Forms, "show" | "send">,
  { limitPerAddress }: Pick<Gate, "limitPerAddress">,
): Promise<void> {
  await app.register(async (room) => {
    room.removeAllContentTypeParsers();
    room.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: formBytesMax },
      (_request, body, done) => done(null, body),
    );
    room.addHook("preHandler", async (request, reply) => takeFromLimit(limitPerAddress, request.ip, reply));
    const schema = { hide: true };
    room.get("/forms/:tenant/*", { schema }, async (request, reply) => {
      const { tenant, "*": path } = request.params as { tenant: string; "*": string };
      return answering(reply, async () => send(reply, 200, pageOf(await forms.show(tenant, path))));
    });
    room.post("/forms/:tenant/*", { schema, bodyLimit: formBytesMax }, async (request, reply) => {
      const { tenant, "*": path } = request.params as { tenant: string; "*": string };
      const given = new URLSearchParams(typeof request.body === "string" ? request.body : "");
      return answering(reply, async () => {
        const answer = await forms.send(tenant, path, given);
        if ("wrong" in answer) return send(reply, 400, pageOf(answer.wrong));
        return send(reply, 200, htmlOf("Sent", `<p role="status">${escaped(answer.sent)}</p>`));
      });
    });
  });
}

/** Who looks at a page is told on a page. */
async function answering(reply: FastifyReply, act: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await act();
  } catch (error) {
    if (!hasCode(error, "not_found") && !hasCode(error, "rate_limited")) throw error;
    return send(reply, error.status, htmlOf(error.title, `<p role="alert">${escaped(error.message)}</p>`));
  }
}

function send(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .headers({ "content-type": "text/html; charset=utf-8", "content-security-policy": contentPolicy })
    .send(page);
}

function pageOf({ title, text, fields, given, problems }: FormPage): string {
  const wrong = problems.map((problem) => `<li>${escaped(problem)}</li>`).join("\n");
  return htmlOf(
    title,
    `${text === "" ? "" : `<p>${escaped(text)}</p>`}
${wrong === "" ? "" : `<ul role="alert">\n${wrong}\n</ul>`}
<form method="post">
${fields.map((field) => lineOf(field, given.get(field.name) ?? "")).join("\n")}
<p><button>Send</button></p>
</form>`,
  );
}

function lineOf(field: FormField, value: string): string {
  const { title, hint, isRequired, kind } = field;
  const mark = isRequired && kind !== "flag" ? " *" : "";
  const label = `${escaped(title)}${mark}`;
  const below = hint === "" ? "" : `<br><small>${escaped(hint)}</small>`;
  const input = inputOf(field, value);
  return kind === "flag"
    ? `<p><label>${input} ${label}</label>${below}</p>`
    : `<p><label>${label}<br>${input}</label>${below}</p>`;
}

function inputOf({ name, kind, choices, isRequired }: FormField, value: string): string {
  const named = `name="${escaped(name)}"${isRequired && kind !== "flag" ? " required" : ""}`;
  if (kind === "flag") return `<input type="checkbox" ${named}${value === "" ? "" : " checked"}>`;
  if (kind === "long") return `<textarea ${named} rows="6" cols="60">${escaped(value)}</textarea>`;
  if (kind === "choice") {
    const options = ["", ...choices].map((choice) => {
      const selected = choice === value ? " selected" : "";
      return `<option value="${escaped(choice)}"${selected}>${escaped(choice)}</option>`;
    });
    return `<select ${named}>${options.join("")}</select>`;
  }
  const type = kind === "number" ? 'type="number" step="any"' : 'type="text"';
  return `<input ${type} ${named} value="${escaped(value)}">`;
}

function htmlOf(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(title)}</title><meta name="viewport" content="width=device-width"></head>
<body>
<h1>${escaped(title)}</h1>
${body}
</body>
</html>
`;
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]!);
}
