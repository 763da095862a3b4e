import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { Tool } from '../../../src/domain/tool.ts'
import { rankTools } from '../../../src/tools/retrieval/rank-tools.ts'

function tool(name: string, description: string, properties: JsonObject = {}): Tool {
  return { name, description, inputSchema: { type: 'object', properties } }
}

const text = { type: 'string' }
const tools = [
  tool('disk/read_file', 'DEPRECATED: use read_text_file. Reads a file.', { path: text }),
  tool('disk/read_text_file', 'Reads a file as text.', { path: text }),
  tool('disk/write_file', 'Creates a file or replaces it.', { path: text, content: text }),
  tool('disk/move_file', 'Moves or renames a file.', { source: text, destination: text }),
  tool('post/sendMail', 'Sends an email.', { to: { type: 'string', format: 'email' }, body: text }),
  tool('post/searchMail', 'Searches emails.', { query: text }),
  tool('post/delete-mail', 'Deletes an email for ever.', { id: text }),
  tool('planner/create_event', 'Creates an event in the calendar.', { start: text, title: text }),
  tool('planner/list_events', 'Lists the events of the calendar.', { from: text, until: text }),
  tool('planner/delete_event', 'Deletes an event from the calendar.', { id: text }),
  tool('web/fetch_page', 'Fetches a page of the web.', { url: { type: 'string', format: 'uri' } }),
  tool('sky/get_forecast', 'The weather of the next days.', { city: text }),
  tool('chat/post_message', 'Posts a message to a channel.', { channel: text, text }),
  tool('board/post_message', 'Posts a message to a board.', { board: text, text }),
]
const rank = rankTools(tools)
const first = (prompt: string) => rank(prompt, 1)[0]?.name
const names = (prompt: string, limit = 5) => rank(prompt, limit).map(({ name }) => name)

describe('the first tool is the one that is meant', () => {
  test.each([
    ['its own words', 'Search my emails', 'post/searchMail'],
    ['other forms of them', 'deleting events', 'planner/delete_event'],
    ['everyday words', 'Will I need an umbrella tomorrow?', 'sky/get_forecast'],
    ['a phrase', 'Get rid of that newsletter mail', 'post/delete-mail'],
    ['a phrase with words in between', 'Call the meeting with Ann off', 'planner/delete_event'],
    ['a misspelt word', 'forcast for Oslo', 'sky/get_forecast'],
    ['German', 'Verschiebe die Datei ins Archiv', 'disk/move_file'],
    ['French', 'Supprime le rendez-vous de lundi', 'planner/delete_event'],
    ['Spanish', '¿Qué eventos tengo mañana en el calendario?', 'planner/list_events'],
    ['Japanese', '明日の天気予報を教えて', 'sky/get_forecast'],
    ['Chinese', '读取文件内容', 'disk/read_text_file'],
    ['a name with its server', 'call disk/write_file', 'disk/write_file'],
    ['a name as a model sees it', 'planner__list_events', 'planner/list_events'],
    ['a server that is named', 'Post a message on the board', 'board/post_message'],
    ['what an address asks for', 'Get https://example.com/a', 'web/fetch_page'],
  ])('by %s', (_, prompt, wanted) => expect(first(prompt)).toBe(wanted))

  test('and not the one that calls itself deprecated', () => {
    expect(names('Read the file notes.txt', 2)).toEqual(['disk/read_text_file', 'disk/read_file'])
  })

  test('and a question is met by what reads before what writes', () => {
    const found = names('What events are in my calendar?')
    expect(found.indexOf('planner/list_events')).toBeLessThan(found.indexOf('planner/create_event'))
  })
})

test('each wish of a prompt has its tool among the first', () => {
  const prompt = 'Find the weather forecast for Rome and send an email to the family'
  expect(names(prompt, 2)).toEqual(['sky/get_forecast', 'post/sendMail'])
})

test('what shares nothing with the prompt is not found, however few that leaves', () => {
  expect(names('xylophone')).toEqual([])
  expect(names('')).toEqual([])
  expect(rankTools([])('read a file', 5)).toEqual([])
})

test('the same prompt gets the same answer, and a limit cuts it short', () => {
  const prompt = 'Write an email about the events of the week'
  expect(names(prompt, 14)).toEqual(rankTools([...tools])(prompt, 14).map(({ name }) => name))
  expect(names(prompt, 3)).toEqual(names(prompt, 14).slice(0, 3))
})

test('schemas of every kind are read', () => {
  const loop: JsonObject = { type: 'object', properties: { a: { $ref: '#' } } }
  const odd = [
    { ...tool('odd/one', 'Does one thing.'), inputSchema: {} },
    { ...tool('odd/two', ''), inputSchema: loop },
    {
      ...tool('odd/three', 'Does.'),
      inputSchema: { anyOf: [{ properties: { zebra: { enum: ['stripes', 3] } } }] },
    },
  ]
  expect(rankTools(odd)('zebra stripes', 5).map(({ name }) => name)).toEqual(['odd/three'])
})
