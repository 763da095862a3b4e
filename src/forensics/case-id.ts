const longest = 48

/** The first words of a prompt as an id that is not taken: `which-port-does-the-service-listen-on`, `…-2`. */
export function caseId(prompt: string, chain: string, taken: ReadonlySet<string>): string {
  const words = prompt
    .replace(/\[redacted:[^\]]*\]/g, ' ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  return free(firstOf(words ?? []) || `chain-${chain.slice(0, 8)}`, taken)
}

export function suiteName(file: string): string {
  const name = file.replace(/\.ya?ml$/, '').replace(/[^\w.-]+/g, '-')
  return /^[A-Za-z0-9]/.test(name) ? name : `suite${name}`
}

/** Up to the first that does not fit. */
function firstOf(words: readonly string[]): string {
  let id = ''
  for (const word of words) {
    if (id.length + word.length >= longest) break
    id = id === '' ? word : `${id}-${word}`
  }
  return id
}

function free(id: string, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id
  for (let number = 2; ; number++) if (!taken.has(`${id}-${number}`)) return `${id}-${number}`
}
