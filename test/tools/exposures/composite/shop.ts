import type { Action, ActionStep } from '../../../../src/domain/action.ts'
import type { JsonObject } from '../../../../src/domain/json.ts'
import { type ToolCall, type ToolSource, toolError } from '../../../../src/domain/tool.ts'
import { listed } from '../listed.ts'

export const step = (
  id: string,
  called: string,
  args: JsonObject = {},
  more: Partial<ActionStep> = {},
): ActionStep => ({
  ...{ id, call: called, args, when: [] },
  ...more,
})

export const action = (steps: readonly ActionStep[], more: Partial<Action> = {}): Action => ({
  name: 'note',
  description: 'Notes a file.',
  inputSchema: {
    type: 'object',
    properties: { path: { type: 'string' }, kind: { type: 'string' }, list: { type: 'array' } },
    required: ['path'],
    additionalProperties: false,
  },
  steps,
  onFailure: 'stop',
  ...more,
})

/** A source whose tools answer as they are told to; what is called is kept. */
export function shop(answers: Readonly<Record<string, (args: JsonObject) => string | JsonObject | Error>>) {
  const made: ToolCall[] = []
  const names = Object.keys(answers).map((name) => ({
    name,
    annotations: { readOnlyHint: name.endsWith('read') },
  }))
  const source: ToolSource = {
    ...listed(names),
    async callTool(one) {
      made.push(one)
      const answer = answers[one.name]?.(one.arguments) ?? ''
      if (answer instanceof Error) return toolError(answer.message)
      if (typeof answer === 'string') return { content: [{ type: 'text', text: answer }], isError: false }
      return { content: [], structuredContent: answer, isError: false }
    },
  }
  return { source, made }
}

export const answers = {
  'files/read': ({ path }: JsonObject) =>
    path === 'gone' ? new Error('no such file') : `text of ${String(path)}`,
  'memory/add': ({ name }: JsonObject) => ({ id: 7, names: [name ?? null] }),
  'memory/remove': () => 'removed',
  'memory/fail': () => new Error('out of paper'),
}

export const reading = step('file', 'files/read', { path: '{{ input.path }}' })
export const adding = step('added', 'memory/add', { name: '{{ input.path }}', text: '{{ file.text }}' })
export const failing = step('third', 'memory/fail')
export const undoable = { ...adding, undo: { call: 'memory/remove', args: { id: '{{ added.data.id }}' } } }
