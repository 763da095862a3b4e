import { expect, test } from 'vitest'
import { UsageError } from '../../../src/errors.ts'
import { curated } from '../../../src/tools/exposures/curated.ts'
import { call, context, toolset } from '../servers.ts'
import { listed } from './listed.ts'

const upstream = listed(['files/read', 'files/write', 'files/delete'])

test('only chosen tools are shown, each once, in the order of the choice', async () => {
  const shown = curated(toolset(['files'], { curated: ['files/write', 'files/read', 'files/write'] })).expose(
    upstream,
  )
  expect((await shown.listTools(context())).map(({ name }) => name)).toEqual(['files/write', 'files/read'])
})

test('a tool that was not chosen cannot be called', async () => {
  const shown = curated(toolset(['files'], { curated: ['files/read'] })).expose(upstream)
  expect((await shown.callTool(call('files/read'), context())).isError).toBe(false)
  expect((await shown.callTool(call('files/delete'), context())).isError).toBe(true)
})

test('a toolset that nobody curated says where to add the list', () => {
  const attempt = () => curated(toolset(['files']))
  expect(attempt).toThrow(UsageError)
  expect(attempt).toThrow('mcp.json:3:5  nobody curated the toolset files')
  expect(attempt).toThrow('add `curated: [server/tool, …]`')
})

test('a chosen name that is no tool’s is a usage error with the nearest', async () => {
  const shown = curated(toolset(['files'], { curated: ['files/raed'] })).expose(upstream)
  await expect(shown.listTools(context())).rejects.toThrow(UsageError)
  await expect(shown.listTools(context())).rejects.toThrow(
    'files/raed, which no server has. Did you mean files/read',
  )
})
