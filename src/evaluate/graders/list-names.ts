const shown = 4

/** A list as a reason shows it: the first of many, and how many more there are. */
export function listNames(names: readonly string[]): string {
  const more = names.length - shown
  // One more takes no more room than its number.
  return more > 1 ? `${names.slice(0, shown).join(', ')} and ${more} more` : names.join(', ')
}
