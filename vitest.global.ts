/** Nothing to set up yet: the shared embedded PostgreSQL is started here once it exists. */
export function setup(): void {}
