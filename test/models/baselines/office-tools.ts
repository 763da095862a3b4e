import type { JsonObject } from '../../../src/domain/json.ts'
import type { Tool } from '../../../src/domain/tool.ts'

const text = (description: string): JsonObject => ({ type: 'string', description })

function tool(
  name: string,
  description: string,
  properties: JsonObject = {},
  required: readonly string[] = [],
): Tool {
  return { name, description, inputSchema: { type: 'object', properties, required } }
}

/** Tools of an office: nothing that the quickstart's servers have. */
export const officeTools: readonly Tool[] = [
  tool(
    'calendar/create_event',
    'Creates an event in the calendar. Guests get an invitation by mail.',
    {
      title: text('Title of the event'),
      date: { type: 'string', format: 'date', description: 'Day on which it takes place' },
      attendees: { type: 'array', items: { type: 'string', format: 'email' }, description: 'Who is invited' },
      durationMinutes: { type: 'integer', minimum: 5, maximum: 600, default: 30 },
    },
    ['title', 'date'],
  ),
  tool('calendar/list_events', 'Lists the events of a day.', { date: { type: 'string', format: 'date' } }, [
    'date',
  ]),
  tool(
    'calendar/delete_event',
    'Deletes an event from the calendar.',
    { event_id: text('Id of the event') },
    ['event_id'],
  ),
  tool(
    'mail/send_message',
    'Sends an email message to one recipient.',
    {
      to: { type: 'string', format: 'email' },
      subject: text('Subject line'),
      body: text('Text of the message'),
      urgent: { type: 'boolean', description: 'Marks it as important' },
    },
    ['to', 'subject', 'body'],
  ),
  tool(
    'mail/search_inbox',
    'Searches the inbox for messages that contain words.',
    { query: text('Words to look for'), limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
    ['query'],
  ),
  tool(
    'mail/attach_file',
    'Attaches a file to a draft.',
    { draftId: text('Id of the draft'), filePath: text('Where the file lies') },
    ['draftId', 'filePath'],
  ),
  tool(
    'weather/get_forecast',
    'Weather forecast for a city: temperature, rain and wind.',
    {
      city: text('Name of the city'),
      units: { type: 'string', enum: ['celsius', 'fahrenheit'], default: 'celsius' },
      days: { type: 'integer', minimum: 1, maximum: 14, description: 'How many days ahead' },
    },
    ['city'],
  ),
  tool(
    'weather/get_air_quality',
    'Current air quality index near a coordinate.',
    { latitude: { type: 'number' }, longitude: { type: 'number' } },
    ['latitude', 'longitude'],
  ),
  tool(
    'money/convert_currency',
    'Converts an amount of money between two currencies at the rate of the day.',
    { amount: { type: 'number' }, from: text('ISO code'), to: text('ISO code') },
    ['amount', 'from', 'to'],
  ),
  tool(
    'tracker/createIssue',
    'Opens an issue in the tracker.',
    {
      project: text('Key of the project'),
      title: text('One line'),
      priority: { type: 'string', enum: ['low', 'normal', 'high'] },
      labels: { type: 'array', items: { type: 'string' } },
    },
    ['project', 'title'],
  ),
  tool(
    'tracker/close-issue',
    'Closes an issue in the tracker, with a comment.',
    { issueKey: text('Like ABC-12'), comment: text('Why it is closed') },
    ['issueKey'],
  ),
  tool(
    'contacts/add_people',
    'Adds people to the address book.',
    {
      people: {
        type: 'array',
        items: {
          type: 'object',
          properties: { name: { type: 'string' }, email: { type: 'string', format: 'email' } },
          required: ['name', 'email'],
        },
      },
    },
    ['people'],
  ),
  tool(
    'web/fetch_page',
    'Fetches a web page and returns its text.',
    { url: { type: 'string', format: 'uri' } },
    ['url'],
  ),
  tool(
    'lights/set_brightness',
    'Sets the brightness of the lights in a room, in percent.',
    { room: text('Name of the room'), percent: { type: 'integer', minimum: 0, maximum: 100 } },
    ['room', 'percent'],
  ),
  tool('lights/turn_off', 'Turns off all lights.'),
  tool(
    'music/play_song',
    'Plays a song by title.',
    { song: text('Title of the song'), shuffle: { type: 'boolean' } },
    ['song'],
  ),
]
