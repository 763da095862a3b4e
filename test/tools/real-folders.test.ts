// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how these files write their variables
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Tool } from '../../src/domain/tool.ts'
import { realFolders } from '../../src/tools/real-folders.ts'
import { fixture, type StdioServer } from './servers.ts'

const tool = (name: string, readOnlyHint: boolean): Tool => ({
  ...{ name, description: '', inputSchema: {} },
  annotations: { readOnlyHint },
})
const tools = [tool('files/read', true), tool('files/write', false), tool('docs/read', true)]

async function found(more: Partial<StdioServer>, name = 'files') {
  const server = { ...fixture('workbench.mjs', [], more), name }
  return (await realFolders([server], tools)).map(({ written }) => written)
}

test('folders that a server was given are found, if one of its tools may write', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'real-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const args = ['server.js', '-y', folder, `--root=${folder}/.`, `${folder}/none`, '']
  expect(await found({ args })).toEqual([folder, `${folder}/.`])
  expect(await found({ args: [], cwd: folder, env: { ROOT: '.', HOME: folder } })).toEqual(['.'])
  expect(await found({ args: ['${CALLTRAIL_WORKSPACE}', '${CALLTRAIL_WORKSPACE:-/}'] })).toEqual([])
  expect(await found({ args }, 'docs')).toEqual([])
})
