import type { Tool, ToolSource } from '../../../src/domain/tool.ts'

/** A source of the given tools, or of tools with the given names, that answers every call with the tool's name. */
export function listed(tools: readonly (string | (Partial<Tool> & { name: string }))[]): ToolSource {
  const list = tools.map((tool) => ({
    description: '',
    inputSchema: { type: 'object' },
    ...(typeof tool === 'string' ? { name: tool } : tool),
  }))
  return {
    listTools: async () => list,
    callTool: async (call) => ({ content: [{ type: 'text', text: call.name }], isError: false }),
    onListChanged: () => {},
  }
}
