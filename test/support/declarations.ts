/**
 * The built declaration files as an editor reads them: what a module exports, the members of each,
 * and whether a comment stands before them. The compiler prints one declaration or member after the
 * other, members four spaces in, so that lines are enough to read them by.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What an editor can be asked about. */
export interface Named {
  readonly name: string;
  readonly documented: boolean;
}

export interface Declaration extends Named {
  readonly path: string;
  readonly members: readonly Named[];
  /** Base classes, extended interfaces and parts of a type: what it has further members from. */
  readonly bases: readonly string[];
  /** Types of options that its signatures name. */
  readonly options: readonly string[];
}

/** `name` of the file at `path`. */
interface Place {
  readonly path: string;
  readonly name: string;
}

interface File {
  readonly declared: ReadonlyMap<string, Declaration>;
  /** Where it has a name from, under which others or itself may ask for it here. */
  readonly linked: ReadonlyMap<string, Place>;
  readonly exported: ReadonlySet<string>;
  /** Whose exports are all its own as well. */
  readonly spread: readonly string[];
}

const HEAD =
  /^(export )?(?:declare )?(?:abstract )?(class|interface|type|function|const) (\w+)(.*)$/;
const LINK = /^(import|export) (?:type )?(?:(\*)|\{([^}]*)\}) from "(\.[^"]+)";/gm;
const MEMBER = /^ {4}(?:(?:static|abstract|readonly|get|set) )*(\w+)(?=[?!]?[(<:;])/;
const HIDDEN = /^ {4}(?:private|protected) /;
const NOT_ASKED = /^ {4}(?:constructor|toString)\(/;

/** One with several signatures, or a getter and a setter, is documented before the first. */
function membersOf(lines: readonly string[]): Named[] {
  const members = new Map<string, Named>();
  for (const [index, line] of lines.entries()) {
    const name = HIDDEN.test(line) || NOT_ASKED.test(line) ? undefined : MEMBER.exec(line)?.[1];
    if (name === undefined || members.has(name)) continue;
    members.set(name, { name, documented: lines[index - 1]!.endsWith("*/") });
  }
  return [...members.values()];
}

/** Names in the head of a declaration: without those in type arguments and bodies. */
function basesIn(kind: string, head: string): string[] {
  if (kind === "function" || kind === "const") return [];
  // Editors show the comment of what a class overrides, not of what it implements.
  let text = head.replace(/ implements .*/, "").replaceAll("=>", "");
  // These have the members of their first argument.
  text = text.replace(/\b(?:Omit|Partial|Readonly|Required)<(\w+)/g, "$1<");
  for (let longer = ""; longer !== text;) {
    longer = text;
    text = text.replace(/<[^<>]*>|\([^()]*\)|\{[^{}]*\}|\w+\[[^[\]]*\]/g, "");
  }
  return text.match(/\w+/g) ?? [];
}

/** What the `lines` of the file at `path` declare, exported or not. */
export function declarationsIn(path: string, lines: readonly string[]): Map<string, Declaration> {
  const declared = new Map<string, Declaration>();
  for (const [index, line] of lines.entries()) {
    const [, , kind, name, rest] = HEAD.exec(line) ?? [];
    if (name === undefined || declared.has(name)) continue;
    const length = lines.slice(index + 1).findIndex((later) => !/^[ }]/.test(later)) + 1;
    const own = lines.slice(index, index + length);
    const signatures = own.filter((one) => !HIDDEN.test(one) && !/^ *\/?\*/.test(one));
    declared.set(name, {
      name,
      path,
      documented: lines[index - 1]?.endsWith("*/") ?? false,
      members: membersOf(own),
      bases: basesIn(kind!, rest!),
      options: signatures.join("\n").match(/\b\w+Options\b/g) ?? [],
    });
  }
  return declared;
}

const files = new Map<string, File>();

function read(path: string): File {
  const known = files.get(path);
  if (known !== undefined) return known;
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n");
  const linked = new Map<string, Place>();
  const spread: string[] = [];
  const exported = new Set<string>();
  for (const [, verb, star, names = "", from] of text.matchAll(LINK)) {
    const target = join(dirname(path), from!).replace(/\.(c?)js$/, ".d.$1ts");
    if (star !== undefined) spread.push(target);
    for (const part of names.split(",")) {
      const [, name, alias] = /^\s*(?:type )?(\w+)(?: as (\w+))?/.exec(part) ?? [];
      if (name === undefined) continue;
      linked.set(alias ?? name, { path: target, name });
      if (verb === "export") exported.add(alias ?? name);
    }
  }
  for (const line of lines) {
    const [, isExported, , name] = HEAD.exec(line) ?? [];
    if (isExported !== undefined) exported.add(name!);
  }
  const file = { declared: declarationsIn(path, lines), linked, exported, spread };
  files.set(path, file);
  return file;
}

/** The declaration that `name` means in the file at `path`; undefined for one from elsewhere. */
export function declarationOf(path: string, name: string): Declaration | undefined {
  const { declared, linked, spread } = read(path);
  const there = linked.get(name);
  if (there !== undefined) return declarationOf(there.path, there.name);
  if (declared.has(name)) return declared.get(name);
  for (const target of spread) {
    const found = declarationOf(target, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The declarations behind everything that the file at `path` exports. */
export function exportsOf(path: string): Declaration[] {
  const { exported, spread } = read(path);
  const own = Array.from(exported, (name) => {
    const found = declarationOf(path, name);
    if (found === undefined) throw new Error(`${path} exports ${name}, which is nowhere`);
    return found;
  });
  return [...own, ...spread.flatMap((target) => exportsOf(target))];
}
