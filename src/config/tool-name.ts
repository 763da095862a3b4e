import { z } from 'zod'

/** `server/tool`. */
export const toolName = z.string().regex(/^[^/\s]+\/\S+$/, 'expected server/tool')
