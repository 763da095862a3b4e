/** An error in the terms of MCP, which answers no request in particular: whose it is was not looked at. */
export function rpcErrorOf(message: string, code = -32_000) {
  return { jsonrpc: '2.0', error: { code, message: `calltrail: ${message}` }, id: null }
}

/** No session of that id: as the MCP SDKs say it, and as their clients begin a new one. */
export const unknownSession = rpcErrorOf('this session is not known here; begin a new one', -32_001)
