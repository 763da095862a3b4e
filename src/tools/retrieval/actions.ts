import type { QueryTerm } from './query.ts'
import { stem } from './terms.ts'

/**
 * What a tool does with its object, told by the verb of its name. Such verbs are too common to weigh much by their
 * frequency, and yet they tell apart the tools that share an object.
 */
const actions: Readonly<Record<string, string>> = {
  create: 'create add new make insert generate register build draw init',
  send: 'send post push publish reply respond forward notify broadcast comment',
  write: 'write save store put append fill enter type',
  read: 'get list read show view fetch retrieve describe display details open load inspect summary',
  search: 'search find query lookup explore discover filter',
  update: 'update edit modify set patch change rename replace format',
  delete: 'delete remove drop erase clear cancel uninstall unlink clean disconnect purge',
  finish: 'close complete finish resolve done end stop kill terminate abort',
  restore: 'reopen restore undo revert rollback rollout reset unarchive rerun',
  move: 'move transfer assign archive',
  copy: 'copy duplicate clone fork',
  run: 'run execute exec start launch trigger invoke install apply deploy',
  decide: 'approve accept decline reject confirm review respond merge',
  upload: 'upload attach import',
  download: 'download export extract save',
  compare: 'compare diff',
  calculate: 'calculate compute count sum aggregate convert',
  link: 'link connect relate associate join share invite star subscribe watch',
}

const byVerb = new Map<string, readonly string[]>()
for (const [action, verbs] of Object.entries(actions))
  for (const verb of verbs.split(' ').map(stem)) byVerb.set(verb, [...(byVerb.get(verb) ?? []), action])

/** Those that only look; a question asks for one of them. */
const looking = new Set(['read', 'search', 'compare', 'calculate'])

/** What a tool does: by the first verb of its name; none where its name holds no known verb. */
export function actionsOf(name: readonly string[]): ReadonlySet<string> {
  const verb = name.find((term) => byVerb.has(term))
  return new Set(verb === undefined ? [] : byVerb.get(verb))
}

export function writes(doing: ReadonlySet<string>): boolean {
  return doing.size > 0 && ![...doing].some((action) => looking.has(action))
}

/** How surely each action is asked for, the surest 1; empty where none is. */
export function actionsWanted(terms: readonly QueryTerm[], isQuestion: boolean): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>()
  const want = (action: string, weight: number) =>
    wanted.set(action, Math.max(weight, wanted.get(action) ?? 0))
  for (const { weight, options } of terms)
    for (const option of options)
      for (const action of byVerb.get(option.term) ?? []) want(action, weight * option.weight)
  if (isQuestion) for (const action of looking) want(action, 0.8)
  const surest = Math.max(...wanted.values())
  return new Map([...wanted].map(([action, weight]) => [action, weight / surest]))
}
