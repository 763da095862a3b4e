import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startCollector } from '../fixtures/otlp/collector.ts'
import { start, temporaryFolder } from './calltrail.ts'

const unkeptParent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00'
/** Answers each line with the line itself. */
const script = `process.stdin.on('data', (chunk) => {
  for (const line of String(chunk).split('\\n').filter(Boolean))
    console.log(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(line).id, result: { line } }))
})`
const call = (id: number, meta = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'echo', ...meta } })
const lines = [call(1), call(2, { _meta: { traceparent: unkeptParent } })]

/** The lines that a recorded server got. */
async function received(options: readonly string[], endpoint: string) {
  const env = {
    CALLTRAIL_HOME: join(temporaryFolder(), 'home'),
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  }
  const { child, ended } = start(['record', ...options, '--', process.execPath, '-e', script], { env })
  child.stdin.end(lines.map((line) => `${line}\n`).join(''))
  const { stdout } = await ended
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).result.line)
}

test('a call names its exported span where that is asked for; one of a trace that is not kept is not exported', async () => {
  const { url, spans, close } = await startCollector()
  onTestFinished(close)
  expect(await received([], url)).toEqual(lines)
  const got = await received(['--inject-trace-context'], url)
  expect(spans()).toHaveLength(2)
  const [, span] = spans()
  const traceparent = `00-${span?.traceId}-${span?.spanId}-01`
  const [first, second] = lines
  expect(got).toEqual([
    first?.replace('"params":{', `"params":{"_meta":{"traceparent":"${traceparent}"},`),
    second,
  ])
})
