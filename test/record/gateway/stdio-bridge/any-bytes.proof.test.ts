import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fixture } from '../../../tools/servers.ts'
import { openBridge } from './clients.ts'
import { accept, beginSession, exchange, type Headers, modern } from './raw-client.ts'

const raw = fixture('raw-lines.mjs', [], { name: 'raw' })
const longest = 64 * 1024 * 1024

/** JSON as somebody else may write it: spaces and line ends between tokens, escapes that nobody needs, names twice. */
const space = fc.constantFrom('', ' ', '\t', '\r\n', '\n', '\r')
const text = fc
  .string({
    unit: fc.oneof(fc.constantFrom('é', '🚆', '\u2028', '"', '\\', '\n', '\r\n', 'data: '), fc.string()),
  })
  // In what the server says, that is the place of an id.
  .filter((words) => !words.includes('@id'))
const escaped = text.map((plain) =>
  JSON.stringify(plain).replace(/[G-Z]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
)
const scalar = fc.oneof(
  escaped,
  fc.constantFrom('1.0', '12345678901234567890', '-0', '1E+2', 'null', 'true', '[ ]', '{"a":1,"a":2}'),
)
// With one of these it would be another message.
const ofProtocol = ['jsonrpc', 'id', 'method', 'params', 'result', 'error']
const made = escaped.filter((name) => !ofProtocol.includes(JSON.parse(name)))
const member = fc
  .tuple(space, made, space, scalar)
  .map(([before, name, after, value]) => `${before}${name}${after}:${value}`)
const members = fc.array(member, { maxLength: 5 }).map((all) => all.map((each) => `,${each}`).join(''))
const cuts = fc.array(fc.nat(), { maxLength: 12 })

/** What a server says: other messages before its answer, each with a line end of its own. */
const said = fc.record({
  asides: fc.array(fc.tuple(members, fc.constantFrom('\n', '\r\n')), { maxLength: 3 }),
  answer: fc.tuple(members, space, fc.constantFrom('\n', '\r\n')),
})

/** Nothing but line ends changes, which stand between tokens. */
const inOneLine = (json: string) => json.replace(/[\r\n]/g, ' ')
/** A line that a server writes may hold the other line end. */
const asLine = (json: string) => json.replaceAll('\n', '\r')

/** Posts a body in pieces that end at the cuts; gives the messages of the answer, to the byte. */
async function post(url: string, body: Buffer, cuts: readonly number[], headers: Headers) {
  const request = httpRequest(url, { method: 'POST', agent: false, headers: { ...accept, ...headers } })
  const answered = once(request, 'response')
  const ends = cuts.map((cut) => cut % (body.length + 1)).sort((a, b) => a - b)
  for (const [index, end] of [...ends, body.length].entries()) {
    request.write(body.subarray(ends[index - 1] ?? 0, end))
    await setImmediate()
  }
  request.end()
  const [response] = await answered
  const answer = (await buffer(response)).toString()
  const isStream = `${response.headers['content-type']}`.startsWith('text/event-stream')
  if (!isStream) return [answer]
  const data = answer.split('\n\n').map((event) => event.slice(event.indexOf('data: ') + 'data: '.length))
  return data.filter((message) => message !== '')
}

describe('whatever is said in JSON comes out to the byte, wherever pieces are cut, in both directions', () => {
  test('in a session; only line ends between tokens become spaces', async () => {
    const { url } = await openBridge(raw)
    const { session } = await beginSession(url)
    let id = 0
    await fc.assert(
      fc.asyncProperty(
        members,
        space,
        cuts,
        said,
        cuts,
        async (asked, end, inCuts, { asides, answer }, outCuts) => {
          id += 1
          const told = asides.map(([more, newline]) => [
            `{"jsonrpc":"2.0","method":"notifications/other"${asLine(more)}}`,
            newline,
          ])
          const last = `{"jsonrpc":"2.0","id":${id}.0,"result":{}${asLine(answer[0])}${asLine(answer[1])}}`
          const lines = [...told.map(([line, newline]) => `${line}${newline}`), `${last}${answer[2]}`].join(
            '',
          )
          const params = { said: Buffer.from(lines).toString('base64'), cuts: outCuts }
          const body = `{"jsonrpc":"2.0","id":${id}.0,"method":"pieces","params":${JSON.stringify(params)}${asked}${end}}`
          const messages = await post(url, Buffer.from(body), inCuts, session)
          expect(messages).toEqual([...told.map(([line = '']) => inOneLine(line)), inOneLine(last)])
          const [received] = await post(
            url,
            Buffer.from('{"jsonrpc":"2.0","id":"r","method":"received"}'),
            [],
            session,
          )
          const { lines: heard } = JSON.parse(received ?? '').result
          expect(Buffer.from(heard.at(-2), 'base64').toString()).toBe(inOneLine(body))
        },
      ),
      { numRuns: 80 },
    )
  })

  test('without a session; but for the id and the token, which are renamed there and back', async () => {
    const { url } = await openBridge(raw)
    let id = 0
    await fc.assert(
      fc.asyncProperty(
        members,
        space,
        cuts,
        said,
        cuts,
        async (asked, end, inCuts, { asides, answer }, outCuts) => {
          id += 1
          const told = asides.map(([more, newline]) => [
            `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken": @id ,"progress":1}${asLine(more)}}`,
            newline,
          ])
          const last = `{"jsonrpc":"2.0", "id" : @id,"result":{}${asLine(answer[0])}${asLine(answer[1])}}`
          const lines = [...told.map(([line, newline]) => `${line}${newline}`), `${last}${answer[2]}`].join(
            '',
          )
          const params = { said: Buffer.from(lines).toString('base64'), cuts: outCuts }
          const { body: plain, headers } = modern(`id ${id}`, 'pieces', params, {
            progressToken: `token ${id}`,
          })
          const before = asked === '' ? '' : `${asked.slice(1)},`
          const body = `{${before}${plain.slice(1, -1)}${asked}${end}}`
          const messages = await post(url, Buffer.from(body), inCuts, headers)
          const named = (json = '', by = '') => inOneLine(json).replace('@id', JSON.stringify(`${by} ${id}`))
          expect(messages).toEqual([...told.map(([line]) => named(line, 'token')), named(last, 'id')])
          const asking = modern('r', 'received')
          const { lines: heard } = JSON.parse(
            (await exchange(url, asking.body, asking.headers)).answer,
          ).result
          const number = heard.length
          const expected = inOneLine(body)
            .replace(`"id":"id ${id}"`, `"id":${number - 1}`)
            .replace(`"progressToken":"token ${id}"`, `"progressToken":${number - 1}`)
          expect(Buffer.from(heard.at(-2), 'base64').toString()).toBe(expected)
        },
      ),
      { numRuns: 80 },
    )
  })
})

describe('a message of 64 MiB', () => {
  const filled = (head: string, tail: string, bytes: number) =>
    Buffer.concat([
      Buffer.from(head),
      Buffer.alloc(bytes - head.length - tail.length, 'x'),
      Buffer.from(tail),
    ])

  test('passes in both directions, and one byte more is refused in both', { timeout: 60_000 }, async () => {
    const { url } = await openBridge(raw)
    const { session } = await beginSession(url)
    const askHead = '{"jsonrpc":"2.0","id":1,"method":"digest","params":{"a":"'
    const body = filled(askHead, '"}}', longest)
    const [digest] = await post(url, body, [longest / 3], session)
    expect(JSON.parse(digest ?? '').result.sha256).toBe(createHash('sha256').update(body).digest('hex'))
    const refused = await exchange(url, filled(askHead, '"}}', longest + 1), session)
    expect([refused.status, refused.text]).toEqual([413, expect.stringContaining('64 MiB')])

    const answerHead = '{"jsonrpc":"2.0","id":2,"result":{"text":"'
    const big = (bytes: number) => {
      const params = { bytes: bytes - `${answerHead}"}}`.length }
      return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'big', params }))
    }
    const [answer] = await post(url, big(longest), [], session)
    expect(answer === filled(answerHead, '"}}', longest).toString()).toBe(true)
    const [gone] = await post(url, big(longest + 1), [], session)
    expect(gone).toContain('sent a line of more than 64 MiB')
  })
})
