/**
 * One command line of a list of arguments, quoted so that a program built with Microsoft's C
 * runtime splits it into the same list: arguments with blanks (and empty ones) stand in double
 * quotes; a quote within has a backslash before it; backslashes are doubled where a quote follows
 * them.
 */
export function list2cmdline(args: readonly string[]): string {
  if (!Array.isArray(args) || args.some((arg) => typeof arg !== "string"))
    throw new TypeError("list2cmdline takes an array of strings");
  return args.map(quote).join(" ");
}

function quote(arg: string): string {
  const escaped = arg.replace(/(\\*)"/g, '$1$1\\"');
  if (arg !== "" && !/[ \t]/.test(arg)) return escaped;
  return `"${escaped.replace(/(\\+)$/, "$1$1")}"`;
}
