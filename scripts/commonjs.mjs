// A part of bundle.mjs: writes an ES module of the bundle as a CommonJS one.
//
// What the bundle's files export never changes after they are loaded, so what one takes from
// another becomes a constant. Lines stay where they are.
import { parse } from "acorn";

/** Its place as a URL. Our own loader says it; Node's and a bundler's do not. */
const HERE = "__url";
const OF_HERE =
  `const ${HERE} = module.url ?? process.getBuiltinModule("node:url").pathToFileURL(` +
  `typeof __filename === "string" ? __filename : process.argv[1] ?? process.execPath).href;`;

/**
 * @param {string} code as rollup writes it
 * @param {(specifier: string) => string} targetOf what is required instead of what was imported
 */
export function toCommonJs(code, targetOf) {
  const { body } = parse(code, { ecmaVersion: "latest", sourceType: "module" });
  const edits = metaProperties(body).map(({ start, end }) => ({ start, end, text: HERE }));
  for (const statement of body) {
    const { start, end, type } = statement;
    if (type === "ImportDeclaration") edits.push({ start, end, text: taken(statement, targetOf) });
    else if (type === "ExportNamedDeclaration") edits.push({ start, end, text: given(statement) });
    else if (type.startsWith("Export")) throw new Error(`cannot turn this into CommonJS: ${type}`);
  }
  const text = edited(code, edits);
  const head = `"use strict";${text.includes(HERE) ? ` ${OF_HERE}` : ""}`;
  return text.startsWith("#!") ? text.replace("\n", `\n${head} `) : `${head} ${text}`;
}

function taken({ specifiers, source }, targetOf) {
  const required = `require(${JSON.stringify(targetOf(source.value))})`;
  if (specifiers.length === 0) return `${required};`;
  const names = specifiers.map(({ type, imported, local }) => {
    if (type !== "ImportSpecifier") throw new Error(`cannot turn this into CommonJS: ${type}`);
    return imported.name === local.name ? local.name : `${imported.name}: ${local.name}`;
  });
  return `const { ${names.join(", ")} } = ${required};`;
}

/** In a form in which Node finds the names when an ES module imports them. */
function given({ specifiers, source, declaration }) {
  if (source !== null || declaration !== null) throw new Error("not an export as rollup writes it");
  return specifiers
    .map(({ local, exported }) => `exports.${exported.name} = ${local.name};`)
    .join(" ");
}

/** All `import.meta.url`; of other properties there must be none. */
function metaProperties(tree) {
  const found = [];
  const visit = (node) => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node?.type !== "string") return;
    else if (node.type === "MemberExpression" && node.object.type === "MetaProperty") {
      if (node.property.name !== "url") throw new Error("import.meta has only `url` in CommonJS");
      found.push(node);
    } else Object.values(node).forEach(visit);
  };
  visit(tree);
  return found;
}

function edited(code, edits) {
  let text = "";
  let at = 0;
  for (const edit of edits.sort((one, other) => one.start - other.start)) {
    text += code.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + code.slice(at);
}
