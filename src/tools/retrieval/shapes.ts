import type { ParameterText } from './tool-fields.ts'

/** What something written in a prompt is, told by its form; a tool that takes such a thing fits better. */
interface Shape {
  /** What such a thing is called, in the words of tools. */
  readonly called: string
  readonly written: RegExp
  /** Names of parameters that take it, and the `format` of their schema. */
  readonly taken: RegExp
  readonly format?: RegExp
}

const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'
const day = '(?:mon|tues|wednes|thurs|fri|satur|sun)days?'

const shapes: Readonly<Record<string, Shape>> = {
  url: {
    called: 'url page web fetch',
    written: /\b(?:https?|ftp|wss?):\/\/\S+|\bwww\.\S+/i,
    taken: /(?:^| )(?:url|urls|uri|uris|link|href|website|endpoint)(?: |$)/,
    format: /^(?:uri|url|iri)/,
  },
  email: {
    called: 'email',
    written: /[\w.+-]+@[\w-]+\.[\w.-]+/,
    taken: /(?:^| )(?:email|emails|mail|recipient|recipients|to|cc|bcc|attendee|attendees|invitee)(?: |$)/,
    format: /^(?:idn-)?email$/,
  },
  path: {
    called: 'file',
    written:
      /(?:^|\s)["'`]?(?:[~.]{0,2}\/[\w./-]+|[\w-]+(?:\/[\w.-]+)+\.\w+|[\w-]+\.[a-z]{1,5}\d?)["'`]?(?=[\s,;:!?.)]|$)/i,
    taken:
      /(?:^| )(?:path|paths|file|files|filename|filepath|directory|dir|folder|source|destination)(?: |$)/,
  },
  ownerAndName: {
    called: 'repository',
    written: /(?:^|\s)[\w-]+\/[\w-]+(?=[\s,;:!?.)]|$)/,
    taken: /(?:^| )(?:repo|repository|repositories)(?: |$)/,
  },
  number: {
    called: 'issue',
    written: /#\d+\b/,
    taken: /(?:^| )(?:number|iid)(?: |$)/,
  },
  channel: {
    called: 'channel',
    written: /(?:^|\s)#[a-z][\w-]+/i,
    taken: /(?:^| )(?:channel|channels)(?: |$)/,
  },
  time: {
    called: 'date',
    written: new RegExp(
      `\\b\\d{4}-\\d{2}-\\d{2}\\b|\\b\\d{1,2}:\\d{2}\\b|\\b\\d{1,2} ?(?:am|pm)\\b|\\b(?:\\d{1,2} ${month}|${month} \\d{1,2})\\b|\\b(?:${day}|today|tomorrow|tonight|noon|yesterday)\\b`,
      'i',
    ),
    taken:
      /(?:^| )(?:date|dates|day|days|time|start|end|due|deadline|since|until|when|from|checkin|checkout)(?: |$)/,
    format: /^(?:date|time|date-time)$/,
  },
  commit: {
    called: 'commit',
    written: /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b/,
    taken: /(?:^| )(?:sha|commit|commits|hash|ref|revision|rev)(?: |$)/,
  },
  coordinates: {
    called: 'coordinates location',
    written: /-?\d{1,3}\.\d+\s*[,/ ]\s*-?\d{1,3}\.\d+/,
    taken: /(?:^| )(?:latitude|longitude|lat|lng|lon|coordinates|location|locations)(?: |$)/,
  },
  statement: {
    called: 'sql query',
    written: /\b(?:select\s.+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+table)\b/i,
    taken: /(?:^| )(?:sql|statement|query)(?: |$)/,
  },
  money: {
    called: 'amount',
    written: /[$€£¥]\s?\d|\b\d+(?:[.,]\d+)?\s?(?:dollars|euros?|usd|eur|pounds|yen|francs)\b/i,
    taken: /(?:^| )(?:amount|price|total|currency|cost|budget|amounts)(?: |$)/,
  },
  uuid: {
    called: 'id',
    written: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i,
    taken: /(?:^| )(?:id|ids|uuid|guid)(?: |$)/,
    format: /^uuid$/,
  },
}

export const shapeNames: readonly string[] = Object.keys(shapes)

export function shapesIn(text: string): readonly string[] {
  return shapeNames.filter((name) => shapes[name]?.written.test(text))
}

export function wordsForShape(name: string): readonly string[] {
  return shapes[name]?.called.split(' ') ?? []
}

export function shapesTakenBy(parameters: readonly ParameterText[]): readonly string[] {
  return shapeNames.filter((name) => parameters.some((parameter) => takes(shapes[name], parameter)))
}

function takes(shape: Shape | undefined, { name, format }: ParameterText): boolean {
  if (!shape) return false
  return shape.taken.test(name) || (format !== null && shape.format?.test(format) === true)
}

/** The prompt without what is only an argument: addresses, paths, hashes. The ending of a file's name stays: `.pdf`. */
export function withoutLiterals(text: string): string {
  return text
    .replace(/\b(?:https?|ftp|wss?):\/\/\S+|\bwww\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+/gi, ' ')
    .replace(/(^|\s)["'`]?[~\w./*-]*?[\w*-]+\.([a-z]{1,5}\d?)(?=["'`]?(?:[\s,;:!?.)]|$))/gi, '$1 .$2')
    .replace(/(^|\s)[\w-]+\/[\w-]+(?=[\s,;:!?.)]|$)/g, '$1 ')
}
