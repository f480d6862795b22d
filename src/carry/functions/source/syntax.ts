/**
 * The parser, behind the few words that this folder needs. Loaded at first use: a program that
 * carries no function by value does not pay for it.
 */
import { closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import type { Options } from "acorn";
import { installedFile } from "../../../platform/installed-file.ts";

/** A node of the ESTree kind. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

type Parse = (text: string, options: Options) => unknown;
let parser: Parse | undefined;

/** @throws what the file system says */
function loadParser(): Parse {
  const file = installedFile("acorn/dist/acorn.js");
  // Where no descriptor is free, some Nodes find fault with the package.
  if (file !== undefined) closeSync(openSync(file, "r"));
  return (createRequire(import.meta.url)(file ?? "acorn") as { parse: Parse }).parse;
}

function parseWith(text: string, options: Options): SyntaxNode | undefined {
  parser ??= loadParser();
  try {
    return parser(text, options) as SyntaxNode;
  } catch {
    return undefined;
  }
}

/**
 * Parses one expression that may stand in any function, class or module. It is put into a function,
 * where `new.target` is allowed: places count from the beginning of `EXPRESSION_OPENING`.
 */
export function parseExpression(text: string): SyntaxNode | undefined {
  const tree = parseWith(`${EXPRESSION_OPENING}${text}\n)}`, {
    ecmaVersion: "latest",
    sourceType: "script",
    allowSuperOutsideMethod: true,
    allowImportExportEverywhere: true,
    checkPrivateFields: false,
  });
  if (tree === undefined) return undefined;
  const [holder, ...others] = children(tree, "body");
  const [statement, ...more] = children(child(holder!, "body")!, "body");
  return others.length + more.length === 0 ? child(statement!, "expression") : undefined;
}

/** What stands before the text in the places of `parseExpression`. */
export const EXPRESSION_OPENING = "function f() {(";

/** Parses a whole file; undefined for anything but JavaScript. */
export function parseFile(text: string, sourceType: "module" | "script"): SyntaxNode | undefined {
  return parseWith(text, {
    ecmaVersion: "latest",
    sourceType,
    allowReturnOutsideFunction: true,
    allowHashBang: true,
    checkPrivateFields: false,
  });
}

/** A node in a field that the grammar makes optional. */
export function child(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return (node[field] ?? undefined) as SyntaxNode | undefined;
}

/** The nodes in a field that holds a list; holes (`[, a]`) are left out. */
export function children(node: SyntaxNode, field: string): SyntaxNode[] {
  return ((node[field] ?? []) as (SyntaxNode | null)[]).filter((item) => item !== null);
}

/** Calls `visit` for the nodes directly below. */
export function eachChild(node: SyntaxNode, visit: (below: SyntaxNode) => void): void {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) value.filter(isNode).forEach(visit);
    else if (isNode(value)) visit(value);
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** What is not parsed as it stands in its file. */
export const isTypeScript = (url: string): boolean => /\.[cm]?tsx?$/.test(new URL(url).pathname);
