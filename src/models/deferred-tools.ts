import type { ModelRequest } from '../domain/model.ts'
import { InfrastructureError } from '../errors.ts'

/** Whether the provider is to load tools when its model looks for them. */
export function defersTools({ tools }: ModelRequest): boolean {
  return tools.some(({ deferred }) => deferred === true)
}

/** Says of a rejected request that it deferred tools, which most models do not take. */
export async function explainRejection<T>(model: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof InfrastructureError) || error.code !== 'provider_rejected') throw error
    const message = `${model} did not take tools to be loaded on demand; the exposure native needs a model that has tool search`
    throw new InfrastructureError('no_tool_search', message, { cause: error })
  }
}
