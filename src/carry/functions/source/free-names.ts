/**
 * The names that a function uses but does not declare.
 *
 * Every scope collects what it declares and what is used in it. At its end the uses without a
 * declaration move outward, so the order of declarations (hoisting) does not matter; what leaves
 * the outermost scope is free. Parameters and body are two scopes, as the language has it. `this`,
 * `super`, `new.target` and `arguments` travel as names of their own, until a function or class
 * that has one stops them.
 */
import { child, children, eachChild, type SyntaxNode } from "./syntax.ts";

export interface FreeNames {
  /** Free names, with "this", "super", "new.target" and "arguments" where they are free. */
  readonly used: ReadonlySet<string>;
  /** Those that are assigned to. */
  readonly assigned: ReadonlySet<string>;
  /** `#private` names that no class inside declares. */
  readonly privates: ReadonlySet<string>;
  /** Whether it calls `eval` directly, which may use any name. */
  readonly evaluates: boolean;
}

/** Nodes to pass over: parts of the source that will not be evaluated. */
export type Skipped = ReadonlySet<SyntaxNode>;

const OWN_OF_FUNCTION = ["this", "new.target", "arguments"];

class NameScope {
  readonly declared = new Set<string>();
  readonly used = new Set<string>();
  readonly assigned = new Set<string>();
  readonly outer: NameScope | undefined;
  /** Where `var` declarations of this scope go. */
  readonly home: NameScope;

  constructor(outer: NameScope | undefined, isHome: boolean) {
    this.outer = outer;
    this.home = isHome || outer === undefined ? this : outer.home;
  }

  end(): void {
    for (const name of this.used) if (!this.declared.has(name)) this.outer?.used.add(name);
    for (const name of this.assigned) if (!this.declared.has(name)) this.outer?.assigned.add(name);
  }
}

/** Finds the free names of a function, method or class expression. */
export function freeNames(root: SyntaxNode, skipped: Skipped = new Set()): FreeNames {
  const finder = new FreeNameFinder(skipped);
  finder.visit(root);
  return finder.result();
}

class FreeNameFinder {
  readonly #skipped: Skipped;
  readonly #privates = new Set<string>();
  #scope = new NameScope(undefined, true);

  constructor(skipped: Skipped) {
    this.#skipped = skipped;
  }

  result(): FreeNames {
    const { used, assigned } = this.#scope;
    return { used, assigned, privates: this.#privates, evaluates: used.has("eval") };
  }

  visit(node: SyntaxNode): void {
    if (this.#skipped.has(node)) return;
    const special = this.#visitors[node.type];
    if (special === undefined) this.#visitBelow(node);
    else special(node);
  }

  #visitBelow(node: SyntaxNode): void {
    eachChild(node, (below) => this.visit(below));
  }

  #visitOptional(node: SyntaxNode | undefined): void {
    if (node !== undefined) this.visit(node);
  }

  #within(isHome: boolean, body: () => void): void {
    const scope = new NameScope(this.#scope, isHome);
    this.#scope = scope;
    body();
    scope.end();
    this.#scope = scope.outer!;
  }

  readonly #block = (node: SyntaxNode): void => this.#within(false, () => this.#visitBelow(node));

  readonly #function = (node: SyntaxNode): void => {
    const name = child(node, "id");
    const arrow = node.type === "ArrowFunctionExpression";
    if (node.type === "FunctionDeclaration" && name !== undefined) this.#declare(name, false);
    this.#within(true, () => {
      if (node.type === "FunctionExpression" && name !== undefined) this.#declare(name, false);
      if (!arrow) for (const own of OWN_OF_FUNCTION) this.#scope.declared.add(own);
      for (const parameter of children(node, "params")) this.#bind(parameter, false);
      const body = child(node, "body")!;
      if (body.type === "BlockStatement") this.#within(true, () => this.#visitBelow(body));
      else this.visit(body);
    });
  };

  readonly #class = (node: SyntaxNode): void => {
    const name = child(node, "id");
    if (node.type === "ClassDeclaration" && name !== undefined) this.#declare(name, false);
    this.#within(false, () => {
      if (name !== undefined) this.#declare(name, false);
      this.#visitOptional(child(node, "superClass"));
      const elements = children(child(node, "body")!, "body");
      for (const element of elements) {
        if (element["computed"] && !this.#skipped.has(element)) this.visit(child(element, "key")!);
      }
      const outerPrivates = new Set(this.#privates);
      this.#within(true, () => {
        this.#scope.declared.add("super");
        for (const element of elements) this.#classElement(element);
      });
      for (const element of elements) {
        const key = child(element, "key");
        if (key?.type !== "PrivateIdentifier") continue;
        const privateName = String(key["name"]);
        if (!outerPrivates.has(privateName)) this.#privates.delete(privateName);
      }
    });
  };

  #classElement(element: SyntaxNode): void {
    if (this.#skipped.has(element)) return;
    if (element.type === "MethodDefinition") {
      this.visit(child(element, "value")!);
      return;
    }
    this.#within(true, () => {
      for (const own of OWN_OF_FUNCTION) this.#scope.declared.add(own);
      if (element.type === "StaticBlock") this.#visitBelow(element);
      else this.#visitOptional(child(element, "value"));
    });
  }

  /** Declares the names of a pattern and visits what it evaluates (defaults, computed keys). */
  #bind(pattern: SyntaxNode, isVar: boolean): void {
    switch (pattern.type) {
      case "Identifier":
        this.#declare(pattern, isVar);
        break;
      case "ObjectPattern":
        for (const property of children(pattern, "properties")) {
          if (property["computed"]) this.visit(child(property, "key")!);
          this.#bind((child(property, "value") ?? child(property, "argument"))!, isVar);
        }
        break;
      case "ArrayPattern":
        for (const element of children(pattern, "elements")) this.#bind(element, isVar);
        break;
      case "AssignmentPattern":
        this.#bind(child(pattern, "left")!, isVar);
        this.visit(child(pattern, "right")!);
        break;
      default:
        this.#bind(child(pattern, "argument")!, isVar);
    }
  }

  #declare(identifier: SyntaxNode, isVar: boolean): void {
    const scope = isVar ? this.#scope.home : this.#scope;
    scope.declared.add(String(identifier["name"]));
  }

  /** Visits a target of an assignment. */
  #assign(target: SyntaxNode): void {
    switch (target.type) {
      case "Identifier":
        this.#scope.used.add(String(target["name"]));
        this.#scope.assigned.add(String(target["name"]));
        break;
      case "ObjectPattern":
        for (const property of children(target, "properties")) {
          if (property["computed"]) this.visit(child(property, "key")!);
          this.#assign((child(property, "value") ?? child(property, "argument"))!);
        }
        break;
      case "ArrayPattern":
        for (const element of children(target, "elements")) this.#assign(element);
        break;
      case "AssignmentPattern":
        this.#assign(child(target, "left")!);
        this.visit(child(target, "right")!);
        break;
      case "RestElement":
        this.#assign(child(target, "argument")!);
        break;
      default:
        this.visit(target);
    }
  }

  readonly #loopOver = (node: SyntaxNode): void =>
    this.#within(false, () => {
      const left = child(node, "left")!;
      if (left.type === "VariableDeclaration") this.visit(left);
      else this.#assign(left);
      this.visit(child(node, "right")!);
      this.visit(child(node, "body")!);
    });

  readonly #member = (node: SyntaxNode): void => {
    this.visit(child(node, "object")!);
    const property = child(node, "property")!;
    if (node["computed"] || property.type === "PrivateIdentifier") this.visit(property);
  };

  readonly #property = (node: SyntaxNode): void => {
    if (node["computed"]) this.visit(child(node, "key")!);
    this.#within(false, () => {
      if (node["method"] || node["kind"] !== "init") this.#scope.declared.add("super");
      this.visit(child(node, "value")!);
    });
  };

  readonly #switch = (node: SyntaxNode): void => {
    this.visit(child(node, "discriminant")!);
    this.#within(false, () => {
      for (const clause of children(node, "cases")) this.#visitBelow(clause);
    });
  };

  readonly #visitors: Readonly<Record<string, (node: SyntaxNode) => void>> = {
    Identifier: (node) => void this.#scope.used.add(String(node["name"])),
    PrivateIdentifier: (node) => void this.#privates.add(String(node["name"])),
    ThisExpression: () => void this.#scope.used.add("this"),
    Super: () => void this.#scope.used.add("super"),
    MetaProperty: (node) => {
      if (child(node, "meta")!["name"] === "new") this.#scope.used.add("new.target");
    },
    FunctionDeclaration: this.#function,
    FunctionExpression: this.#function,
    ArrowFunctionExpression: this.#function,
    ClassDeclaration: this.#class,
    ClassExpression: this.#class,
    BlockStatement: this.#block,
    SwitchStatement: this.#switch,
    ForStatement: this.#block,
    ForInStatement: this.#loopOver,
    ForOfStatement: this.#loopOver,
    CatchClause: (node) =>
      this.#within(false, () => {
        const parameter = child(node, "param");
        if (parameter !== undefined) this.#bind(parameter, false);
        this.visit(child(node, "body")!);
      }),
    VariableDeclaration: (node) => {
      for (const declarator of children(node, "declarations")) {
        this.#bind(child(declarator, "id")!, node["kind"] === "var");
        this.#visitOptional(child(declarator, "init"));
      }
    },
    AssignmentExpression: (node) => {
      this.#assign(child(node, "left")!);
      this.visit(child(node, "right")!);
    },
    UpdateExpression: (node) => this.#assign(child(node, "argument")!),
    MemberExpression: this.#member,
    Property: this.#property,
    LabeledStatement: (node) => this.visit(child(node, "body")!),
    BreakStatement: () => undefined,
    ContinueStatement: () => undefined,
    ImportExpression: (node) => {
      this.visit(child(node, "source")!);
      this.#visitOptional(child(node, "options"));
    },
  };
}
