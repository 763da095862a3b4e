import MiniSearch from 'minisearch'
import { stemmer } from 'stemmer'
import type { Tool } from '../../src/domain/tool.ts'
import type { ToolRanking } from '../../src/tools/retrieval/rank-tools.ts'
import { nameWords, proseWords, stopWords } from '../../src/tools/retrieval/terms.ts'
import { toolFields } from '../../src/tools/retrieval/tool-fields.ts'

/** The best of a grid on the tuning half. */
const tuned = { name: 2, server: 1, description: 1, parameters: 1 }

/** What to beat: MiniSearch's BM25+, with names parted, stems, stop words, and names of servers and tools boosted. */
export function bm25(tools: readonly Tool[], boost: Readonly<Record<string, number>> = tuned): ToolRanking {
  const index = new MiniSearch<Record<string, string | number>>({
    fields: ['name', 'server', 'description', 'parameters'],
    tokenize: (text) => [...proseWords(text)].flatMap((word) => nameWords(word)),
    processTerm: (term) => (stopWords.has(term) ? null : stemmer(term)),
    searchOptions: { boost: { ...boost } },
  })
  index.addAll(
    tools.map((tool, id) => {
      const { parameterNames, parameterTexts } = toolFields(tool)
      const [server = '', name = ''] = tool.name.split('/')
      return {
        id,
        name: nameWords(name).join(' '),
        server: [...nameWords(server), nameWords(server).join('')].join(' '),
        description: tool.description,
        parameters: [...parameterNames, ...parameterTexts].join(' '),
      }
    }),
  )
  return (prompt, limit) =>
    index
      .search(prompt)
      .sort((a, b) => b.score - a.score || a.id - b.id)
      .slice(0, limit)
      .flatMap(({ id }) => tools[id] ?? [])
}
