#!/usr/bin/env node
/**
 * The command `manyhands`. Each command is a module with a `main` that gets the arguments after the
 * command's name and answers with the exit code; it is loaded only when it is called.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/** What a module behind a command exports. */
interface CommandModule {
  main(args: string[]): Promise<number>;
}

interface Command {
  /** What follows the name, for the help. */
  readonly usage: string;
  readonly summary: string;
  load(): Promise<CommandModule>;
}

const commands: Record<string, Command> = {
  run: {
    usage: "[--start-method fork|forkserver|spawn] script.ts [args…]",
    summary: "runs a program with a start method chosen from outside",
    load: () => import("./run.ts"),
  },
  tour: {
    usage: "",
    summary: "a guided walk through what there is, checking itself",
    load: () => import("./tour.ts"),
  },
  doctor: {
    usage: "",
    summary: "what works on this machine, and why not what does not",
    load: () => import("./doctor.ts"),
  },
};

function help(): string {
  const rows = Object.entries(commands).map(([name, { usage, summary }]) => ({
    call: `manyhands ${name} ${usage}`.trimEnd(),
    summary,
  }));
  rows.push(
    { call: "manyhands --help", summary: "this page" },
    { call: "manyhands --version", summary: "the version of the package" },
  );
  const width = Math.max(...rows.map(({ call }) => call.length));
  const lines = rows.map(({ call, summary }) => `  ${call.padEnd(width)}  ${summary}`);
  return ["Python's concurrency toolkit for TypeScript on Node.js.", "", ...lines].join("\n");
}

/** What follows the name of one command, and what it does. */
function helpOf(name: string): string {
  const { usage, summary } = commands[name]!;
  return `${`manyhands ${name} ${usage}`.trimEnd()}\n\n${summary}`;
}

const asksForHelp = (arg: string | undefined): boolean => arg === "--help" || arg === "-h";

function version(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

/** The options before a command's name; what follows the name belongs to the command. */
function withoutCommand(args: string[]): number {
  try {
    const { values } = parseArgs({
      args,
      options: {
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
      },
    });
    console.log(values.version ? version() : help());
    return values.help || values.version ? 0 : 1;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function refuse(reason: string): number {
  console.error(`manyhands: ${reason}\n\n${help()}`);
  return 1;
}

async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name.startsWith("-")) return withoutCommand(args);
  if (name === "help") return withoutCommand(["--help"]);
  if (!Object.hasOwn(commands, name)) return refuse(`there is no command "${name}"`);
  // What comes after a script is the script's.
  if (asksForHelp(rest[0])) {
    console.log(helpOf(name));
    return 0;
  }
  const command = await commands[name]!.load();
  return command.main(rest);
}

/** A reader that has seen enough, as in `manyhands tour | head`, ends the command quietly. */
function onOutputError(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(1);
}

async function start(): Promise<void> {
  process.stdout.on("error", onOutputError);
  process.stderr.on("error", onOutputError);
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}

void start();
