import type { ModelRequest } from './model.ts'
import type { ToolSource } from './tool.ts'

/** How a toolset is shown to a model. One instance per session. */
export interface Exposure {
  readonly name: string
  /** Every call still ends at `upstream`, under its own name, with `parentId` set where a tool of ours made it. */
  expose(upstream: ToolSource): ToolSource
  /** Deferral that only the provider can do lives in the model request. */
  shape?(request: ModelRequest): ModelRequest
}
