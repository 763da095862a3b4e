import { expect, test } from 'vitest'
import type { Action, ActionStep, Composite } from '../../../../src/domain/action.ts'
import type { JsonObject } from '../../../../src/domain/json.ts'
import { textOf } from '../../../../src/domain/tool.ts'
import { UsageError } from '../../../../src/errors.ts'
import { composite } from '../../../../src/tools/exposures/composite/composite.ts'
import { call, context, toolset } from '../../servers.ts'
import { listed } from '../listed.ts'
import { action, adding, answers, failing, reading, shop, step, undoable } from './shop.ts'

async function use(composed: Action, args: JsonObject, beside: readonly string[] = []) {
  const { source, made } = shop(answers)
  const exposed: Composite = { actions: [composed], tools: beside }
  const shown = composite(toolset(['files', 'memory'], { composite: exposed })).expose(source)
  const outer = call(composed.name, args)
  const result = await shown.callTool(outer, context())
  return { result, made, outer, tools: await shown.listTools(context()) }
}

test('an action is one tool, and its steps are calls of their own below it', async () => {
  const { result, made, outer, tools } = await use(action([reading, adding]), { path: 'a.txt' }, [
    'files/read',
  ])
  expect(made).toMatchObject([
    { name: 'files/read', arguments: { path: 'a.txt' }, parentId: outer.id },
    { name: 'memory/add', arguments: { name: 'a.txt', text: 'text of a.txt' }, parentId: outer.id },
  ])
  expect(new Set([outer.id, ...made.map(({ id }) => id)]).size).toBe(3)
  expect(result.structuredContent).toEqual({ id: 7, names: ['a.txt'] })
  expect(tools.map(({ name, reaches }) => [name, reaches])).toEqual([
    ['note', ['files/read', 'memory/add']],
    ['files/read', undefined],
  ])
})

test('only an action whose every call only reads is said to', async () => {
  const hint = async (steps: readonly ActionStep[]) =>
    (await use(action(steps), { path: 'a' })).tools[0]?.annotations?.readOnlyHint
  expect([await hint([reading]), await hint([reading, adding])]).toEqual([true, undefined])
})

test('the result is what the action says it is', async () => {
  const asText = action([reading, adding], { result: 'noted {{ input.path }} as {{ added.data.id }}' })
  expect(textOf((await use(asText, { path: 'a' })).result)).toBe('noted a as 7')
  const asData = action([reading, adding], { result: { id: '{{ added.data.id }}' } })
  expect((await use(asData, { path: 'a' })).result).toEqual({
    content: [{ type: 'text', text: '{"id":7}' }],
    structuredContent: { id: 7 },
    isError: false,
  })
})

const list = { list: [{ a: 1, b: [null] }, 'text'] }

test.each<[string, ActionStep['when'], JsonObject, boolean]>([
  ['equals', [{ value: '{{ input.kind }}', equals: 'note' }], { kind: 'note' }, true],
  ['equals another', [{ value: '{{ input.kind }}', equals: 'note' }], { kind: 'book' }, false],
  ['exists', [{ value: '{{ input.kind }}', exists: true }], {}, false],
  ['exists, of null', [{ value: '{{ file.data }}', exists: true }], {}, false],
  ['exists not, of null', [{ value: '{{ file.data }}', exists: false }], {}, true],
  ['exists not', [{ value: '{{ input.kind }}', exists: false }], {}, true],
  ['contains', [{ value: '{{ file.text }}', contains: 'text of' }], {}, true],
  ['contains of a list', [{ value: '{{ input.list }}', contains: { b: [null], a: 1 } }], list, true],
  [
    'contains of a list, of a text in one of its texts',
    [{ value: '{{ input.list }}', contains: 'te' }],
    list,
    false,
  ],
  ['contains of what is no list', [{ value: '{{ input.kind }}', contains: 7 }], { kind: '7' }, false],
  [
    'equals in another order of keys',
    [{ value: '{{ input.list[0] }}', equals: { b: [null], a: 1 } }],
    list,
    true,
  ],
  [
    'equals a list in another order',
    [{ value: '{{ input.list }}', equals: ['text', { a: 1, b: [null] }] }],
    list,
    false,
  ],
  [
    'all of two',
    [
      { value: '{{ file.failed }}', equals: false },
      { value: '{{ file.text }}', contains: 'nothing' },
    ],
    {},
    false,
  ],
])('a step is made where its condition holds: %s', async (_name, when, args, isMade) => {
  const { made } = await use(action([reading, { ...adding, when }]), { path: 'a', ...args })
  expect(made.map(({ name }) => name).includes('memory/add')).toBe(isMade)
})

test('an argument that the model left out is left out of the call', async () => {
  const { made } = await use(action([step('a', 'memory/add', { name: 'x', kind: '{{ input.kind }}' })]), {
    path: 'a',
  })
  expect(made[0]?.arguments).toEqual({ name: 'x' })
})

test('stop: nothing more is called, and what was done is told', async () => {
  const { result, made } = await use(action([reading, failing, adding]), { path: 'a' })
  expect(made.map(({ name }) => name)).toEqual(['files/read', 'memory/fail'])
  expect(result.isError).toBe(true)
  expect(textOf(result)).toBe(
    'note did not come to its end.\nStep third (memory/fail) failed: out of paper\nDone before it: file (files/read).',
  )
})

test('continue: the next step is tried, and the failure is told beside the result', async () => {
  const { result, made } = await use(action([reading, failing, adding], { onFailure: 'continue' }), {
    path: 'a',
  })
  expect(made.map(({ name }) => name)).toEqual(['files/read', 'memory/fail', 'memory/add'])
  expect(result).toMatchObject({ isError: false, structuredContent: { id: 7 } })
  expect(textOf(result)).toContain('Step third (memory/fail) failed: out of paper')
})

test('undo: what was done is taken back, last first, with calls of their own, and what stays is told', async () => {
  const second = { ...undoable, id: 'again', undo: { call: 'memory/remove', args: { id: 1 } } }
  const { result, made, outer } = await use(
    action([reading, undoable, second, failing], { onFailure: 'undo' }),
    { path: 'a' },
  )
  expect(made.slice(4)).toMatchObject([
    { name: 'memory/remove', arguments: { id: 1 }, parentId: outer.id },
    { name: 'memory/remove', arguments: { id: 7 }, parentId: outer.id },
  ])
  expect(textOf(result)).toContain('Step added (memory/add) was undone with memory/remove.')
  expect(textOf(result)).toContain('Step file (files/read) stays done: nothing says how to undo it.')
})

test('an undo that fails is told too', async () => {
  const stuck = { ...undoable, undo: { call: 'memory/fail', args: {} } }
  const { result } = await use(action([reading, stuck, failing], { onFailure: 'undo' }), { path: 'a' })
  expect(textOf(result)).toContain('stays done: undoing it failed: out of paper')
})

test('a step may have a rule of its own', async () => {
  const { made } = await use(action([{ ...failing, onFailure: 'continue' }, reading]), { path: 'a' })
  expect(made.map(({ name }) => name)).toEqual(['memory/fail', 'files/read'])
})

test('what names nothing in a result fails its step, and nothing is called with less than was meant', async () => {
  const vague = step('second', 'memory/add', { name: '{{ file.data.name }}' })
  const { result, made } = await use(action([reading, vague]), { path: 'a' })
  expect(made.map(({ name }) => name)).toEqual(['files/read'])
  expect(textOf(result)).toContain('{{ file.data.name }} names nothing in what came back')
})

test.each([
  [{}, "must have required property 'path'"],
  [{ path: 1 }, 'path must be string'],
  [{ path: 'a', mode: 1 }, 'must NOT have additional properties'],
])('arguments %j are answered with what is wrong, and call nothing', async (args, words) => {
  const { result, made } = await use(action([reading]), args)
  expect([result.isError, made]).toEqual([true, []])
  expect(textOf(result)).toContain(words)
})

test('tools beside the actions are called as they are, all others are not there', async () => {
  const { source } = shop(answers)
  const exposed = { actions: [action([reading])], tools: ['files/read'] }
  const shown = composite(toolset(['files', 'memory'], { composite: exposed })).expose(source)
  expect(textOf(await shown.callTool(call('files/read', { path: 'b' }), context()))).toBe('text of b')
  const refused = async (name: string) => textOf(await shown.callTool(call(name, {}), context()))
  expect(await refused('memory/add')).toBe('This exposure does not show memory/add.')
  expect(await refused('memory__add')).toBe('This exposure does not show memory/add.')
  expect(await refused('memory/ad')).toBe('There is no tool memory/ad.')
  expect(await refused('files/raed')).toBe('There is no tool files/raed. Did you mean files/read?')
})

test('a toolset without actions, and an action of tools that are not there, are usage errors', async () => {
  expect(() => composite(toolset(['files']))).toThrow('nobody composed actions for the toolset files')
  const exposed = { actions: [action([step('a', 'files/raed')])], tools: [] }
  const shown = composite(toolset(['files'], { composite: exposed })).expose(listed(['files/read']))
  await expect(shown.listTools(context())).rejects.toThrow(UsageError)
  await expect(shown.listTools(context())).rejects.toThrow(
    'files/raed, which no server has. Did you mean files/read?',
  )
})
