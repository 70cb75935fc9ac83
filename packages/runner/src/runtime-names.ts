/** What packages may be written in; `executable` is any program that starts by itself. */
export const runtimeNames = [
  "node",
  "python",
  "java",
  "go",
  "rust",
  "php",
  "ruby",
  "perl",
  "csharp",
  "c",
  "cpp",
  "bash",
  "lua",
  "powershell",
  "executable",
] as const;

export type RuntimeName = (typeof runtimeNames)[number];
