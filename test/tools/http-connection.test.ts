import { afterEach, beforeEach, expect, test } from 'vitest'
import { textOf } from '../../src/domain/tool.ts'
import { connect } from '../../src/tools/connection.ts'
import { type HttpServer, startHttpServer } from './http-server.ts'
import { call, context } from './servers.ts'

let remote: HttpServer
beforeEach(async () => {
  remote = await startHttpServer()
})
afterEach(() => remote.stop())

test('tools of a remote server are listed and called, with the configured headers', async () => {
  const connection = await connect(remote.definition)
  expect(connection.serverVersion).toBe('0.9.0')
  expect((await connection.listTools()).map(({ name }) => name)).toEqual(['remote/greet'])
  expect(textOf(await connection.callTool(call('remote/greet'), context()))).toBe('hello')
  expect(new Set(remote.headers.map((headers) => headers['x-team']))).toEqual(new Set(['blue']))
  await connection.close()
})

test('a remote server that is not there has not started, and its place is named', async () => {
  await remote.stop()
  await expect(connect(remote.definition)).rejects.toMatchObject({
    code: 'server_not_started',
    message: expect.stringContaining('mcp.json:9:5  server remote cannot be reached: http://127.0.0.1'),
  })
})

test('a remote server that goes away between calls has died', async () => {
  const connection = await connect(remote.definition)
  await remote.stop()
  await expect(connection.callTool(call('remote/greet'), context())).rejects.toMatchObject({
    code: 'server_died',
  })
  expect(connection.alive).toBe(false)
  await connection.close()
})
