import type { IncomingMessage } from "node:http";
import proxyAddr from "@fastify/proxy-addr";

/** Whether what the proxy at this address says of its client is believed. */
export type Trust = (address: string, hop: number) => boolean;

/** Where a request comes from and how it reached us, as far as it may be believed. */
export interface Client {
  address: string;
  protocol: string;
  /** The host that the client asked for. */
  host: string;
}

/** Trust in these addresses and CIDRs; in nobody if there are none. */
export function trustIn(proxies: readonly string[]): Trust {
  return proxies.length === 0 ? () => false : proxyAddr.compile([...proxies]);
}

/** The client of a request of which Fastify makes none of its own; what Fastify says of one that it makes. */
export function clientOf(request: IncomingMessage, trust: Trust): Client {
  const { headers, socket } = request;
  const isTrusted = trust(socket.remoteAddress ?? "", 0);
  const said = (name: string) => (isTrusted ? lastOf(headers[name]) : undefined);
  return {
    address: proxyAddr(request, trust),
    protocol: said("x-forwarded-proto") ?? ("encrypted" in socket ? "https" : "http"),
    host: said("x-forwarded-host") ?? headers.host ?? "",
  };
}

/** The nearest proxy adds its word at the end. */
function lastOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header.join(",") : header;
  const last = text?.split(",").at(-1)?.trim();
  return last === "" ? undefined : last;
}
