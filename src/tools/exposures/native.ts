import type { Exposure } from '../../domain/exposure.ts'
import type { Tool } from '../../domain/tool.ts'
import { perList } from './per-list.ts'

/**
 * Every tool, to be loaded by the provider when its model looks for it: the tool search of Anthropic's Messages and of
 * OpenAI's Responses. It lives in the model request, so a toolset cannot be served with it.
 */
export function native(): Exposure {
  return {
    name: 'native',
    expose: (upstream) => upstream,
    shape: (request) => ({ ...request, tools: deferAll(request.tools) }),
  }
}

const deferAll = perList((tools): readonly Tool[] => tools.map((tool) => ({ ...tool, deferred: true })))
