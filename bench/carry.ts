/** What values cost on their way to bytes and back, and functions on theirs. */
import { bench, type Contender, type Scenario } from "./harness.js";
import type { ShapeName } from "./messages.js";

function values(name: string, shape: ShapeName): Scenario {
  const rival = (title: string, module: string): Contender => ({
    name: title,
    module: `rivals/${module}.js`,
    measure: shape,
  });
  return {
    name,
    unit: "ns",
    better: "lower",
    contenders: [
      { name: "manyhands", module: "ours/carry.js", measure: shape, ours: true },
      rival("v8.serialize", "v8-serialize"),
      rival("JSON", "json"),
      rival("msgpackr", "msgpackr"),
      rival("structuredClone", "structured-clone"),
    ],
  };
}

function functions(name: string, measure: string): Scenario {
  const contenders = [{ name: "manyhands", module: "ours/carry.js", measure, ours: true }];
  return { name, unit: "µs", better: "lower", contenders };
}

await bench("carry", [
  values("{ id, name, args } there and back", "message"),
  values("a number", "number"),
  values("a short text", "text"),
  values("an array of three numbers", "list"),
  values("a nested result", "result"),
  values("a Chinese text in an object", "wide"),
  values("100 records", "records"),
  values("1,000 numbers", "numbers"),
  values("100,000 numbers", "manyNumbers"),
  values("1,000 short texts", "words"),
  functions("a closure encoded for the first time in a program", "firstCapture"),
  functions("a closure with captured data encoded again", "closureAgain"),
  functions("a function without captures encoded again", "pureAgain"),
  functions("a closure with captured data decoded", "decodeClosure"),
]);
