import type { FastifyReply } from "fastify";

/** The page runs nothing and looks plain; it may send its form to this server alone. */
const contentPolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** What the page is about: the key of a program that waits, and who looks at it. */
export interface PageFacts {
  key: string;
  /** Who is signed in, and the session's CSRF token; without it the page asks for a password. */
  signedIn?: { userName: string; csrfToken: string };
  /** What went wrong before. */
  problem?: string;
}

/** Sends a page of HTML. */
export function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .headers({ "content-type": "text/html; charset=utf-8", "content-security-policy": contentPolicy })
    .send(page);
}

/** Asks whether the program that made up the key may act as the one who looks. */
export function approvalPage({ key, signedIn, problem }: PageFacts): string {
  const who =
    signedIn === undefined
      ? `<p><label>Name <input name="name" autocomplete="username" required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>`
      : `<p>You are signed in as <strong>${escaped(signedIn.userName)}</strong>.</p>
<input type="hidden" name="csrf" value="${escaped(signedIn.csrfToken)}">`;
  return pageOf(`<h1>Let a program act as you?</h1>
${problem === undefined ? "" : `<p role="alert">${escaped(problem)}</p>`}
<p>A program asks for a token with which it can do everything that you may do. Allow it only if you have just started it
yourself. You can revoke the token at any time.</p>
<form method="post" action="/login">
<input type="hidden" name="key" value="${escaped(key)}">
${who}
<p><button>Allow</button></p>
</form>`);
}

/** Says that it is done. */
export function approvedPage(): string {
  return pageOf("<h1>Done</h1>\n<p>The program has its token in a moment. You can close this page.</p>");
}

function pageOf(body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Millrace</title><meta name="viewport" content="width=device-width"></head>
<body>
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
