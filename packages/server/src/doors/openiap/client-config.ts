/** What clients configure themselves by: how to reach the server, and that nothing is told to anybody else. */
export interface ClientConfigFacts {
  /** Where users reach this server: `https://millrace.example`. */
  publicUrl: string;
  version: string;
}

/** The answer of `/config`, and what a client is told when it signs in. */
export function clientConfigOf({ publicUrl, version }: ClientConfigFacts): Record<string, unknown> {
  const { host, hostname, protocol } = new URL(publicUrl);
  const webSocket = `${protocol === "https:" ? "wss" : "ws"}://${host}`;
  return {
    wshost: webSocket,
    wsurl: `${webSocket}/`,
    domain: hostname,
    version,
    // Clients would tell their makers of every call otherwise.
    enable_analytics: false,
    otel_trace_url: "",
    otel_metric_url: "",
    otel_log_url: "",
    ping_clients_interval: 10_000,
    supports_watch: true,
    amqp_enabled_exchange: true,
    multi_tenant: false,
    workspace_enabled: false,
    validate_emails: false,
    agent_images: [],
    agent_domain_schema: "",
    timeseries_collections: [],
    collections_with_text_index: [],
    loginproviders: [],
    forceddomains: [],
    llmchat_queue: "",
  };
}
