/** How well the name that a model decided for fits a tool of a server; 0 not at all, 2 with the server's name too. */
export type NameFit = 0 | 1 | 2

/**
 * Clients name tools for their models as they like: `mcp__srv__lookup`, `mcp_srv_lookup`, `srv-lookup`, `srv.lookup`,
 * `lookup`. All end with the tool's name; what stands before it is the server's, or a name that the client alone has for
 * it, but never that of another of the `servers`.
 */
export function fitNames(
  decided: string,
  { server, tool }: { readonly server: string; readonly tool: string },
  servers: ReadonlySet<string>,
): NameFit {
  const [written, wanted] = [plain(decided), plain(tool)]
  if (wanted === '' || !written.endsWith(wanted)) return 0
  const before = written.slice(0, -wanted.length)
  if (before !== '' && !before.endsWith('_')) return 0
  const prefix = before.replace(/^mcp_/, '').replace(/_$/, '')
  if (prefix === plain(server)) return 2
  return [...servers].some((other) => plain(other) === prefix) ? 0 : 1
}

/** Letters and digits, all else as one underscore. */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '_').toLowerCase()
}
