const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20

/**
 * JSON in one line, of the same length: a line end in it stands between its tokens, as one within a string is written
 * `\n`. What is in one line already is given back as it is.
 */
export function oneLine(json: Buffer): Buffer {
  if (!json.includes(lineFeed) && !json.includes(carriageReturn)) return json
  const line = Buffer.from(json)
  for (const end of [lineFeed, carriageReturn])
    for (let at = line.indexOf(end); at >= 0; at = line.indexOf(end, at + 1)) line[at] = space
  return line
}
