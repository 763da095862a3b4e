import { isJsonObject, type Json } from './json.ts'

/** The text of a result's content, block by block. */
export function contentText(content: Json | undefined): string {
  if (!Array.isArray(content)) return ''
  return content
    .map((block: Json) => (isJsonObject(block) ? block.text : null))
    .filter((text) => typeof text === 'string')
    .join('\n')
}
