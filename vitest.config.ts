import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    reporters: ["default", "./scripts/plain-summary-reporter.mjs"],
    pool: "forks",
    // Much of a test is waiting for PostgreSQL and for processes: two at once even where there are two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "platform",
          include: [
            "packages/*/src/**/*.test.ts",
            "packages/*/test/**/*.test.ts",
            "examples/*/src/**/*.test.ts",
            "e2e/**/*.test.ts",
          ],
          globalSetup: ["./vitest.global.ts"],
        },
      },
      // These read the sources only, so the fast check runs them without a database.
      { extends: true, test: { name: "house", include: ["*.test.ts", "scripts/**/*.test.ts"] } },
    ],
  },
});
