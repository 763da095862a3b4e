import { basename, isAbsolute } from 'node:path'

/** What a report calls a project: of one that nothing names but its folder, that folder's name. */
export function projectName(project: string): string {
  return isAbsolute(project) ? basename(project) : project
}
