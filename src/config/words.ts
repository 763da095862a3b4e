import { z } from 'zod'

/** A text that says something; spaces around it count for nothing. */
export const words = z.string().trim().min(1).meta({ pattern: '\\S' })
