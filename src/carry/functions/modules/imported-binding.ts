/**
 * What stands for an imported name when it is captured: the receiver imports it again, so that its
 * functions and the module's own see the same object there.
 */
import type { ModuleHeader } from "../../function-carrier.ts";

export class ImportedBinding {
  readonly header: ModuleHeader;

  constructor(header: ModuleHeader) {
    this.header = header;
  }
}

const bindings = new Map<string, ImportedBinding>();

/** The same object for the same import, so that it crosses once in a message. */
export function importedBinding(header: ModuleHeader): ImportedBinding {
  const key = JSON.stringify([header.url, header.parent, header.name, header.cjs]);
  let binding = bindings.get(key);
  if (binding === undefined) bindings.set(key, (binding = new ImportedBinding(header)));
  return binding;
}
