import type { Tool } from '../../domain/tool.ts'

/**
 * Remembers what `derive` makes of a list for as long as the list lives. Sessions that share servers share the list,
 * and so its index or its shorter form, which would cost more than a trial if each session made its own.
 */
export function perList<T extends object>(
  derive: (tools: readonly Tool[]) => T,
): (tools: readonly Tool[]) => T {
  const known = new WeakMap<readonly Tool[], T>()
  return (tools) => {
    const found = known.get(tools) ?? derive(tools)
    known.set(tools, found)
    return found
  }
}
