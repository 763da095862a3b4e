import type { Tool } from '../../domain/tool.ts'
import { actionsOf } from './actions.ts'
import type { RankingWeights } from './ranking-weights.ts'
import { shapesTakenBy } from './shapes.ts'
import { type TermIndex, termIndex } from './term-index.ts'
import { type ToolFields, toolFields } from './tool-fields.ts'

/** A list of tools, read once for all prompts. */
export interface Corpus {
  readonly tools: readonly RankableTool[]
  readonly index: TermIndex
  /** With little of the long texts: a word that only stands for another must be met where it matters. */
  readonly main: TermIndex
  /** Each server as if it were one tool. */
  readonly servers: TermIndex
  /** Of each server, the words by which it is named and no other. */
  readonly serverNames: readonly (readonly string[])[]
}

interface RankableTool {
  /** The place of its server. */
  readonly server: number
  /** The terms of its name, with what each tells. */
  readonly name: readonly (readonly [term: string, weight: number])[]
  readonly shapes: ReadonlySet<string>
  readonly actions: ReadonlySet<string>
  readonly isDeprecated: boolean
}

export function readCorpus(tools: readonly Tool[], weights: RankingWeights): Corpus {
  const fields = tools.map(toolFields)
  const index = termIndex(fields, weights.fields)
  const names = [...new Set(fields.map(({ server }) => server))]
  const byServer = names.map((name) => fields.filter(({ server }) => server === name))
  return {
    index,
    main: termIndex(fields, withoutTexts(weights)),
    servers: termIndex(byServer.map(asOne), { ...weights.fields, serverName: 6, description: 0.2 }),
    serverNames: ownNames(byServer.map(([first]) => first?.serverName ?? [])),
    tools: fields.map((each) => {
      const server = names.indexOf(each.server)
      return {
        server,
        name: nameTerms(each, byServer[server] ?? [], index),
        shapes: new Set(shapesTakenBy(each.parameters)),
        actions: actionsOf(each.name),
        isDeprecated: each.isDeprecated,
      }
    }),
  }
}

function withoutTexts({ fields, meaningsInTexts }: RankingWeights) {
  return {
    ...fields,
    description: meaningsInTexts * fields.description,
    parameterTexts: meaningsInTexts * fields.parameterTexts,
  }
}

function asOne(tools: readonly ToolFields[]): ToolFields {
  return {
    server: tools[0]?.server ?? '',
    serverName: tools[0]?.serverName ?? [],
    name: tools.flatMap(({ name }) => name),
    summary: tools.flatMap(({ summary }) => summary),
    description: tools.flatMap(({ description }) => description),
    parameterNames: tools.flatMap(({ parameterNames }) => parameterNames),
    parameterTexts: [],
    parameters: [],
    isDeprecated: false,
  }
}

function ownNames(names: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const isOwn = (term: string) => names.filter((name) => name.includes(term)).length === 1
  return names.map((name) => name.filter((term) => term.length > 2 && isOwn(term)))
}

/** What all tools of a server are called by, as `slack` in `slack_post_message`, tells little. */
function nameTerms({ name }: ToolFields, siblings: readonly ToolFields[], index: TermIndex) {
  return [...new Set(name)].map((term) => {
    const sharing = siblings.filter((sibling) => sibling.name.includes(term)).length
    const share = siblings.length > 3 ? sharing / siblings.length : 0
    return [term, index.idf(term) * (1 - share)] as const
  })
}
