/** The value, getter and setter of a property, as far as they are functions. */
export function functionsOf(descriptor: PropertyDescriptor): Function[] {
  return (["value", "get", "set"] as const)
    .map((part): unknown => descriptor[part])
    .filter((part) => typeof part === "function");
}
